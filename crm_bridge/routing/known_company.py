"""What registers say of a visitor's company stands in for what the visitor left open. Pure.

A question says by `settings: {register: industry}` or `{register: employees}` what of a
register's facts answers it. Whatever the visitor said themselves counts before it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.turn import Answer
from crm_bridge.companies.models import Company
from crm_bridge.core.provenance import set_by
from playbook.model import Playbook, Question

# Divisions of NACE Rev. 2 (and SN, TOL, PKD, which follow it to four digits) -> option ids.
_DIVISIONS: Final[Mapping[range, str]] = {
    range(10, 34): "manufacturing",
    range(45, 48): "retail",
    range(49, 54): "logistics",
    range(58, 59): "software",
    range(61, 64): "software",
    range(64, 67): "finance",
    range(69, 73): "professional_services",
    range(73, 74): "marketing",
    range(74, 76): "professional_services",
    range(84, 86): "public_sector",
    range(86, 89): "healthcare",
}


def from_outside(company: Company, field: str) -> bool:
    """Whether a register or a seller of data said it."""
    return (set_by(company.provenance, field) or "").startswith(("register:", "seller:"))


def filled(
    playbook: Playbook, answers: Mapping[str, Answer], company: Company, *, now: datetime
) -> dict[str, Answer]:
    """The answers, those left open filled from the company's facts."""
    standing = dict(answers)
    for question in playbook.questions:
        before = standing.get(question.id)
        if before is not None and before.status == "given":
            continue
        value = _value(question, company)
        if value is not None:
            standing[question.id] = Answer(
                value=value, status="given", text="", at=now, source="derived"
            )
    return standing


def _value(question: Question, company: Company) -> Any:
    asks = question.settings.get("register")
    if asks == "employees" and from_outside(company, "employees_min"):
        return {"min": company.employees_min, "max": company.employees_max}
    if asks == "industry" and company.industry and from_outside(company, "industry"):
        option = industry_of(company.industry)
        return option if option and question.option(option) else None
    return None


def industry_of(code: str) -> str | None:
    """The option for a NACE code ("62.010"), or None."""
    division = code.partition(".")[0][:2]
    number = int(division) if division.isascii() and division.isdigit() else -1
    return next((option for span, option in _DIVISIONS.items() if number in span), None)
