"""A company's facts from outside: asked within a budget, stored with whence and when.

In the chat nobody waits longer than two seconds: what has answered by then is used, the
rest is stored when it comes.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.core.provenance import may_replace, set_by, stamped
from crm_bridge.enrichment.port import CompanyFacts, Register, RegisterAway

log = logging.getLogger(__name__)

CHAT_BUDGET_SECONDS: Final = 2.0
Later = Callable[[CompanyFacts], Coroutine[Any, Any, None]]


async def ask(
    registers: Sequence[Register],
    number: str,
    *,
    budget_seconds: float = CHAT_BUDGET_SECONDS,
    later: Later | None = None,
) -> list[CompanyFacts]:
    """What the registers say within the budget, in their order. Those that answer after it
    are given to `later`; without it they are given up."""
    if not registers:
        return []
    tasks = [asyncio.create_task(_asked(one, number)) for one in registers]
    done, slow = await asyncio.wait(tasks, timeout=budget_seconds)
    for task in slow:
        if later is None:
            task.cancel()
        else:
            _keep(asyncio.create_task(_hand_on(task, later)))
    return [facts for task in tasks if task in done and (facts := task.result()) is not None]


async def _asked(register: Register, number: str) -> CompanyFacts | None:
    try:
        return await register.by_number(number)
    except RegisterAway as fault:
        log.info("%s does not answer: %s", register.source, fault.detail)
        return None


async def _hand_on(task: "asyncio.Task[CompanyFacts | None]", later: Later) -> None:
    facts = await task
    if facts is not None:
        await later(facts)


_UNDER_WAY: set["asyncio.Task[None]"] = set()


def _keep(task: "asyncio.Task[None]") -> None:
    """A task that nobody holds may be collected before it is done."""
    _UNDER_WAY.add(task)
    task.add_done_callback(_UNDER_WAY.discard)


async def store(
    session: AsyncSession, company_id: str, facts: CompanyFacts, *, now: datetime
) -> list[str]:
    """Put facts where nothing is, or where the same source or a guess was; gives the fields.

    Of a sole trader only the number, the country and the industry are kept. Raises
    CompanyUnknown.
    """
    company = await companies.get(session, company_id)
    values: dict[str, Any] = {"country": facts.country, "industry": facts.industry}
    if facts.employees is not None:
        values |= {"employees_min": facts.employees, "employees_max": facts.employees}
    changed = []
    for field, value in values.items():
        before = getattr(company, field)
        if value in (None, "") or before == value:
            continue
        if may_replace(company.provenance, field, before, by=facts.source):
            setattr(company, field, value)
            changed.append(field)
    own: dict[str, Any] = {"register number": facts.number, "active": facts.active}
    if not facts.personal:
        own |= {"legal name": facts.name, "city": facts.city, "website": facts.website}
    for name, value in own.items():
        key = f"properties.{name}"
        setter = set_by(company.provenance, key)
        free = name not in company.properties or setter == facts.source
        if value not in (None, "") and free and company.properties.get(name) != value:
            company.properties = {**company.properties, name: value}
            changed.append(key)
    if changed:
        company.provenance = stamped(company.provenance, changed, by=facts.source, at=now)
        company.updated_at = now
    return changed
