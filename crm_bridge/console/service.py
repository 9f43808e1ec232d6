"""Users and sign-in: argon2 for passwords, tokens hashed at rest, one answer for every
wrong sign-in whatever was wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.console import repository
from crm_bridge.console.models import SignIn, User
from crm_bridge.core.errors import Conflict, Invalid, NotFound, Refused
from crm_bridge.core.ids import new_id, new_token, token_hash

SIGNED_IN_FOR: Final = timedelta(hours=12)
SHORTEST_PASSWORD: Final = 12
ROLES: Final = ("rep", "admin")

_hasher = PasswordHasher()
# What a wrong address is checked against, so that it takes as long as a wrong password.
_NOBODY: Final = _hasher.hash(new_token())


class WrongSignIn(Refused):
    code = "wrong_sign_in"


class UserExists(Conflict):
    code = "user_exists"


class UserUnknown(NotFound):
    code = "user_unknown"


class PasswordTooShort(Invalid):
    code = "password_too_short"


@dataclass(frozen=True, slots=True)
class Token:
    """The cookie of a new sign-in, shown to nobody but its browser."""

    cookie: str
    max_age_seconds: int  # counted by the browser, whatever its clock says


def _hashed(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(f"a password has at least {SHORTEST_PASSWORD} characters")
    return _hasher.hash(password)


async def create_user(
    session: AsyncSession, email: str, *, name: str, role: str, password: str, now: datetime
) -> User:
    """Add somebody who may sign in. Raises UserExists, Invalid or PasswordTooShort."""
    address = email.strip().lower()
    if "@" not in address:
        raise Invalid("an e-mail address has an @")
    if role not in ROLES:
        raise Invalid(f"a role is one of {', '.join(ROLES)}")
    if await repository.get_user_by_email(session, address):
        raise UserExists(f"{address} may sign in already")
    user = User(
        id=new_id("usr"),
        email=address,
        name=name or address.split("@")[0],
        role=role,
        password_hash=_hashed(password),
        created_at=now,
    )
    session.add(user)
    return user


async def set_password(session: AsyncSession, email: str, password: str) -> None:
    """A new password; every browser that was signed in is signed out."""
    user = await repository.get_user_by_email(session, email.strip().lower())
    if user is None:
        raise UserUnknown(f"nobody signs in as {email}")
    user.password_hash = _hashed(password)
    await repository.forget_sign_ins_of(session, user.id)


async def disable_user(session: AsyncSession, email: str, *, now: datetime) -> None:
    """Keep somebody out from now on; what they did stays."""
    user = await repository.get_user_by_email(session, email.strip().lower())
    if user is None:
        raise UserUnknown(f"nobody signs in as {email}")
    user.disabled_at = now
    await repository.forget_sign_ins_of(session, user.id)


async def sign_in(session: AsyncSession, email: str, password: str, *, now: datetime) -> Token:
    """Check a password and begin a sign-in. Raises WrongSignIn."""
    user = await repository.get_user_by_email(session, email.strip().lower())
    known = user is not None and user.disabled_at is None
    try:
        _hasher.verify(user.password_hash if user is not None and known else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        raise WrongSignIn("the address or the password is wrong") from None
    if user is None or not known:
        raise WrongSignIn("the address or the password is wrong")
    await repository.forget_expired(session, now=now)
    cookie, expires_at = new_token(), now + SIGNED_IN_FOR
    session.add(
        SignIn(
            token_hash=token_hash(cookie),
            user_id=user.id,
            form_token=new_token(),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return Token(cookie, int(SIGNED_IN_FOR.total_seconds()))
