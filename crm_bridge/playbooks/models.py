"""The table of published playbooks."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base
from crm_bridge.playbooks.parse import parse
from playbook.model import Playbook


class PlaybookVersion(Base):
    """One published version, as YAML source. Immutable."""

    __tablename__ = "playbook_version"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime]

    @property
    def playbook(self) -> Playbook:
        """The source as typed values; the first look at a version takes half a second."""
        return parse(self.source, self.name)
