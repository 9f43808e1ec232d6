"""`usher scoring explain | report`: why a conversation has its score, outcome and route."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.routing.interview import read
from crm_bridge.routing.route import route
from crm_bridge.routing.told import told
from crm_bridge.scoring import report_commands
from crm_bridge.scoring.outcome import decide
from crm_bridge.scoring.score import score

app = typer.Typer(help="Points, outcomes and routes.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Points, outcomes and routes."""


app.command()(report_commands.report)


@app.command()
def explain(
    conversation: Annotated[str, typer.Argument(help="cnv_…")], as_json: AsJson = False
) -> None:
    """Why a conversation has its score, outcome and route, by its answers as they stand."""
    found = in_transaction(lambda session, clock: _explained(session, conversation, clock))
    if as_json:
        show_json(found)
        return
    for line in found["answers"]:
        typer.echo(line)
    typer.echo(f"\n{found['score']} points by {found['playbook']} version {found['version']}")
    for reason in found["reasons"]:
        typer.echo(f"  {reason['points']:+4d}  {reason['because']}  [{reason['rule']}]")
    typer.echo(f"\noutcome: {found['outcome']} (qualified from {found['qualified_from']})")
    for reason in found["outcome_reasons"]:
        typer.echo(f"  {reason['because']}  [{reason['rule']}]")
    typer.echo(f"\nroute: {found['route'] or 'none'}")
    for reason in found["route_reasons"]:
        typer.echo(
            f"  {'took' if reason['taken'] else 'not '} {reason['route']}: {reason['because']}"
        )


async def _explained(session: AsyncSession, conversation_id: str, clock: Clock) -> dict[str, Any]:
    interview = await read(session, conversation_id, now=clock.now())
    playbook, answers, today = interview.playbook, interview.answers, interview.today
    scored = score(playbook, answers, today=today)
    choice = route(playbook, answers, language=interview.conversation.language, today=today)
    decision = decide(playbook, answers, scored, routed=choice.route is not None, today=today)
    return {
        "conversation": conversation_id,
        "playbook": playbook.name,
        "version": interview.conversation.version,
        "answers": [str(line) for line in told(playbook, answers)],
        "score": scored.points,
        "reasons": [asdict(reason) for reason in scored.reasons],
        "qualified_from": playbook.qualified_from,
        "outcome": decision.outcome,
        "outcome_reasons": [asdict(reason) for reason in decision.reasons],
        "route": choice.route,
        "advisors": list(choice.advisors),
        "route_reasons": [asdict(reason) for reason in choice.reasons],
    }
