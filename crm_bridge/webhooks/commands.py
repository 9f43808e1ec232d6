"""`usher webhook …`: who is told of what happens, and telling it again."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, operator_settings, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.core.pagination import PageRequest
from crm_bridge.core.sealed import Seal
from crm_bridge.webhooks import service
from crm_bridge.webhooks.models import Webhook, WebhookDelivery

app = typer.Typer(help="Who is told of what happens.", no_args_is_help=True)


@app.callback()
def _webhook() -> None:
    """Who is told of what happens."""


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="address that gets the events")],
    events: Annotated[str, typer.Option(help="names, contact.* or *; comma separated")] = "*",
    as_json: AsJson = False,
) -> None:
    """Have events sent to an address. The secret is shown once."""
    wanted = [name.strip() for name in events.split(",") if name.strip()]
    settings = operator_settings()

    async def work(session: AsyncSession, clock: Clock) -> service.NewWebhook:
        seal = Seal(settings.secret_key.get_secret_value())
        return await service.add(session, url, events=wanted, seal=seal, now=clock.now())

    made = in_transaction(work)
    if as_json:
        show_json({"id": made.webhook.id, "url": url, "events": wanted, "secret": made.secret})
        return
    typer.echo(f"{made.secret}\n{made.webhook.id}; the secret is not shown again")


@app.command(name="list")
def list_webhooks(as_json: AsJson = False) -> None:
    """Every webhook."""

    async def work(session: AsyncSession, _clock: Clock) -> list[Webhook]:
        return list(await service.every(session))

    rows = in_transaction(work)
    if as_json:
        names = ("id", "url", "events", "created_at", "stopped")
        show_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    for row in rows:
        typer.echo(f"{row.id}  {','.join(row.events):<20} {row.url}  {row.stopped or ''}")


@app.command()
def deliveries(
    webhook_id: Annotated[str, typer.Argument(help="whk_… as `usher webhook list` shows")],
    limit: Annotated[int, typer.Option(help="most to show")] = 50,
    as_json: AsJson = False,
) -> None:
    """What was sent to a webhook, newest first."""

    async def work(session: AsyncSession, _clock: Clock) -> list[WebhookDelivery]:
        await service.get(session, webhook_id)
        page = await service.deliveries(session, webhook_id, PageRequest(limit=limit))
        return list(page.items)

    rows = in_transaction(work)
    if as_json:
        names = ("id", "event_id", "attempts", "next_at", "done_at", "status", "error")
        show_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    for row in rows:
        state = "arrived" if row.done_at else ("waiting" if row.next_at else "given up")
        typer.echo(f"{row.id}  {row.event_id}  {state}, {row.attempts} tries  {row.error or ''}")


@app.command()
def replay(
    webhook_id: Annotated[str, typer.Argument(help="whk_…")],
    delivery: Annotated[str, typer.Option(help="one delivery: whd_…")] = "",
    since: Annotated[datetime | None, typer.Option(help="all that happened since (UTC)")] = None,
) -> None:
    """Send again: one delivery, or everything since an instant, or everything."""
    at = since.replace(tzinfo=UTC) if since else None

    async def work(session: AsyncSession, clock: Clock) -> int:
        return await service.replay(
            session, webhook_id, delivery_id=delivery or None, since=at, now=clock.now()
        )

    typer.echo(f"{in_transaction(work)} are sent again")


@app.command()
def remove(webhook_id: Annotated[str, typer.Argument(help="whk_…")]) -> None:
    """Tell somebody no more."""

    async def work(session: AsyncSession, _clock: Clock) -> None:
        await service.remove(session, webhook_id)

    in_transaction(work)
    typer.echo(f"{webhook_id} is told no more")
