"""PostgreSQL's own guard: standing bookings of one advisor have no overlapping ranges.

The constraint needs the extension btree_gist. Where it is missing and may not be made,
the other two guards (row lock, claims) hold alone, and that is said in the server's log.
"""

import logging
from typing import Any, Final

from sqlalchemy import DDL, Connection, event, text

from crm_bridge.booking.models import Booking

log = logging.getLogger(__name__)

CONSTRAINT: Final = "ex_booking_advisor_time"
ADD: Final = f"""
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS btree_gist;
  ALTER TABLE booking ADD CONSTRAINT {CONSTRAINT} EXCLUDE USING gist (
    advisor_id WITH =, tstzrange(start_at, end_at) WITH &&
  ) WHERE (status IN ('held', 'booked'));
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
  RAISE WARNING 'btree_gist is not available (%): bookings are guarded by row locks and claims alone', SQLERRM;
END $$
"""

_GUARD = DDL(ADD.replace("%", "%%"))  # type: ignore[no-untyped-call]
event.listen(Booking.__table__, "after_create", _GUARD.execute_if(dialect="postgresql"))


def add_exclusion(connection: Connection) -> None:
    """For migrations: add the constraint on PostgreSQL, nothing elsewhere."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(ADD))


def is_guarded(connection: Connection) -> bool:
    """Whether the constraint is in force."""
    if connection.dialect.name != "postgresql":
        return False
    found: Any = connection.execute(
        text("SELECT 1 FROM pg_constraint WHERE conname = :name"), {"name": CONSTRAINT}
    ).first()
    return found is not None
