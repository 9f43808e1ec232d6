"""The SQL of users and sign-ins."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.console.models import SignIn, User


async def get_user_by_email(session: AsyncSession, email: str) -> User | None:
    """The user of that address (lower case), disabled or not."""
    return (await session.scalars(select(User).where(User.email == email))).one_or_none()


async def get_user(session: AsyncSession, user_id: str) -> User | None:
    """The user of that id, disabled or not."""
    return await session.get(User, user_id)


async def list_users(session: AsyncSession) -> list[User]:
    """Everybody, by address."""
    return list(await session.scalars(select(User).order_by(User.email)))


async def get_signed_in(
    session: AsyncSession, token_hash: str, *, now: datetime
) -> tuple[SignIn, User] | None:
    """The sign-in behind a cookie and its user, unless expired or disabled."""
    row = await session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.token_hash == token_hash, SignIn.expires_at > now)
        .where(User.disabled_at.is_(None))
    )
    found = row.first()
    return (found[0], found[1]) if found else None


async def forget_sign_in(session: AsyncSession, token_hash: str) -> None:
    """End one sign-in."""
    await session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


async def forget_sign_ins_of(session: AsyncSession, user_id: str) -> None:
    """End every sign-in of a user: after a new password, or when disabled."""
    await session.execute(delete(SignIn).where(SignIn.user_id == user_id))


async def forget_expired(session: AsyncSession, *, now: datetime) -> None:
    """Remove sign-ins that are over."""
    await session.execute(delete(SignIn).where(SignIn.expires_at <= now))
