"""How companies look from outside."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.companies.models import Company

ShortText = Annotated[str, Field(max_length=300)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166 alpha-2")]
People = Annotated[int, Field(ge=0, le=10_000_000)]


class CompanyView(BaseModel):
    """A company. `provenance` tells for each field who set it and when."""

    id: str
    name: str
    domains: list[str] = Field(description="registrable domains, each of one company alone")
    country: str | None
    industry: str | None
    employees_min: int | None
    employees_max: int | None
    lifecycle_stage: str
    owner: str | None
    properties: dict[str, Any]
    provenance: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Company) -> "CompanyView":
        """The view of a row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "domains"}
        return cls(**plain, domains=[domain.domain for domain in row.domains])


class CompanyChanges(BaseModel):
    """Fields to set; what is left out stays. Null empties a field."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=300)] = ""
    domains: Annotated[list[ShortText], Field(max_length=50)] = []
    country: Country | None = None
    industry: ShortText | None = None
    employees_min: People | None = None
    employees_max: People | None = None
    lifecycle_stage: ShortText = "lead"
    owner: ShortText | None = None
    properties: dict[str, Any] = {}

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NewCompany(CompanyChanges):
    """A company to add."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
