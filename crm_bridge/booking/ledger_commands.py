"""`usher routing ledger | check`: whose turn it was, why, and whose it is next."""

from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import ledger
from crm_bridge.booking.fairness import MEETING, account_of, check, in_turn
from crm_bridge.booking.models import Ledger, LedgerLine
from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.core.clock import Clock

app = typer.Typer(help="Whose turn it was to meet a visitor, and why.", no_args_is_help=True)

Playbook = Annotated[str, typer.Argument(help="whose ledger")]


@app.command("ledger")
def show(
    playbook: Playbook,
    last: Annotated[int, typer.Option(help="so many of the newest lines", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """The newest choices, with everybody who was passed over and why; and what each advisor
    is owed now."""
    found = in_transaction(lambda session, clock: _shown(session, playbook, last, clock))
    if as_json:
        show_json(found)
        return
    for line in found["lines"]:
        typer.echo(_told(line))
        for each in line["reason"].get("passed_over", ()):
            typer.echo(f"        not {each['advisor']}: {each['why']}")
    typer.echo("owed, in meetings:")
    for each in found["owed"]:
        typer.echo(f"  {each['advisor']}: {each['meetings']:+.3f}")
    if found["next"]:
        typer.echo(f"next, if all of them are free and weigh the same: {found['next']}")


@app.command("check")
def verify(playbook: Playbook, as_json: AsJson = False) -> None:
    """Play the whole ledger again: every choice must follow from the lines before it, and the
    account from all of them. Ends with 1 where it does not."""
    found = in_transaction(lambda session, clock: _checked(session, playbook, clock))
    if as_json:
        show_json(found)
    else:
        for each in found["wrong"]:
            typer.echo(f"line {each['line']}: {each['chosen']}, should be {each['expected']}")
        same = "agrees" if found["account_agrees"] else "DOES NOT AGREE"
        typer.echo(
            f"{found['lines']} lines, {len(found['wrong'])} that do not follow;"
            f" the account {same} with them"
        )
    if found["wrong"] or not found["account_agrees"]:
        raise typer.Exit(1)


async def _shown(session: AsyncSession, playbook: str, last: int, _: Clock) -> dict[str, Any]:
    account = ledger.account_in(await session.get(Ledger, playbook))
    turns = await ledger.lines(session, playbook, last=last)
    return {
        "playbook": playbook,
        "lines": [_line(turn) for turn in turns],
        "owed": [
            {"advisor": advisor, "meetings": round(credit.owed / MEETING, 3)}
            for advisor, credit in sorted(account.items())
        ],
        "next": in_turn(account, dict.fromkeys(account, 1))[0] if account else None,
    }


async def _checked(session: AsyncSession, playbook: str, _: Clock) -> dict[str, Any]:
    lines = [ledger.line_of(turn) for turn in await ledger.lines(session, playbook)]
    stored = ledger.account_in(await session.get(Ledger, playbook))
    wrong = [
        {"line": each.line.number, "chosen": each.line.chosen, "expected": each.expected}
        for each in check(lines)
        if not each.holds
    ]
    return {
        "playbook": playbook,
        "lines": len(lines),
        "wrong": wrong,
        "account_agrees": stored == account_of(lines),
    }


def _line(turn: LedgerLine) -> dict[str, Any]:
    return {
        "line": turn.number,
        "at": turn.at.isoformat(),
        "act": turn.act,
        "booking": turn.booking_id,
        "route": turn.route,
        "rule": turn.rule,
        "advisor": turn.advisor_id,
        "weights": turn.weights,
        "reason": turn.reason,
    }


def _told(line: dict[str, Any]) -> str:
    what = {"given": "given to", "returned": "given back by"}.get(line["act"], "taken again by")
    where = f" {line['route']}" if line["route"] else ""
    because = line["reason"].get("because", "")
    return (
        f"{line['line']:>6}  {line['at'][:16]} {what} {line['advisor']}"
        f" ({line['rule']}{where}): {because}  [{line['booking']}]"
    )
