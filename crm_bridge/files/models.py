"""The table of uploaded files; their contents lie in a folder (see `folder`)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class FileRow(Base):
    """One uploaded file. `name` is the visitor's, made safe; `type` was told by the contents;
    `stored` is the random name of its contents in the conversation's folder."""

    __tablename__ = "uploaded_file"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    bytes: Mapped[int]
    stored: Mapped[str]
    at: Mapped[datetime]
