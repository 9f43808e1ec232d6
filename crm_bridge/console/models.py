"""The people of the console and their sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class User(Base):
    """Somebody who may sign in. `role` is "rep" or "admin"; the address is lower case."""

    __tablename__ = "console_user"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser signed in: the cookie's token, hashed, and the form token beside it."""

    __tablename__ = "console_sign_in"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("console_user.id", ondelete="CASCADE"))
    form_token: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
