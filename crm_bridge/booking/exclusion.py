"""The database's own guard: times of one advisor that stand do not overlap.

It holds for `booking` (the advisor whose meeting it is) and for `advisor_time` (each
advisor of a meeting). PostgreSQL has an exclusion constraint for it, which needs the
extension btree_gist: where that is missing and may not be made, row lock and claims hold
alone, and the server's log says so. SQLite has triggers; it has one writer at a time, so
what a trigger sees is all that there is.
"""

import logging
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import DDL, Connection, Table, event, text

from crm_bridge.booking.models import AdvisorTime, Booking

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guard:
    """A table whose rows give an advisor's time away. `key` tells a row from itself,
    `stands` is when a row counts ({0} stands for the row, with its dot)."""

    table: Any
    key: str
    stands: str

    @property
    def name(self) -> str:
        return f"ex_{self.table.name}_advisor_time"

    @property
    def on_postgresql(self) -> str:
        """The constraint, or a warning where the extension cannot be had."""
        return f"""
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  ALTER TABLE {self.table.name} ADD CONSTRAINT {self.name} EXCLUDE USING gist (
    advisor_id WITH =, tstzrange(start_at, end_at) WITH &&
  ) WHERE ({self.stands.format("")});
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE WARNING 'btree_gist is not available (%): bookings are guarded by row locks and claims alone', SQLERRM;
END $$
"""

    @property
    def on_sqlite(self) -> list[str]:
        """The triggers, for new rows and for changed ones."""
        return [
            f"""
CREATE TRIGGER {self.name}_{when.split()[0].lower()} BEFORE {when} ON {self.table.name}
WHEN {self.stands.format("NEW.")} AND EXISTS (
  SELECT 1 FROM {self.table.name} AS other
  WHERE other.advisor_id = NEW.advisor_id AND other.{self.key} <> NEW.{self.key}
    AND other.end_at > NEW.start_at AND other.start_at < NEW.end_at
    AND {self.stands.format("other.")}
)
BEGIN SELECT RAISE(ABORT, '{self.name}: this time of the advisor is taken'); END
"""  # noqa: S608 - nothing here comes from outside
            for when in ("INSERT", "UPDATE")
        ]


GUARDS: Final = (
    Guard(Booking.__table__, "id", "{0}status IN ('held', 'booked')"),
    Guard(AdvisorTime.__table__, "booking_id", "{0}start_at < {0}end_at"),
)


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]


def _after_create(guard: Guard) -> None:
    table: Table = guard.table
    ours = _ddl(guard.on_postgresql).execute_if(dialect="postgresql")
    event.listen(table, "after_create", ours)
    for trigger in guard.on_sqlite:
        event.listen(table, "after_create", _ddl(trigger).execute_if(dialect="sqlite"))


for each in GUARDS:
    _after_create(each)


def add_exclusion(connection: Connection) -> None:
    """For migrations: the constraints on PostgreSQL, the triggers on SQLite."""
    for guard in GUARDS:
        statements = (
            [guard.on_postgresql] if connection.dialect.name == "postgresql" else guard.on_sqlite
        )
        for statement in statements:
            connection.execute(text(statement))


def is_guarded(connection: Connection) -> bool:
    """Whether the guards of both tables are in force."""
    if connection.dialect.name == "postgresql":
        asked, wanted = "SELECT conname FROM pg_constraint WHERE conname LIKE 'ex\\_%'", 1
    else:
        asked, wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'", 2
    found = [str(name) for (name,) in connection.execute(text(asked))]
    return all(sum(name.startswith(guard.name) for name in found) == wanted for guard in GUARDS)
