"""Who is at the console: the `__Host-` cookie of a request, and the form token of a POST."""

import hmac
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Form, Request
from fastapi.responses import Response

from crm_bridge.console import repository
from crm_bridge.console.service import Token
from crm_bridge.core.errors import NotSignedIn, Refused
from crm_bridge.core.ids import token_hash

COOKIE: Final = "__Host-usher"


class SignInNeeded(NotSignedIn):
    """Answered with the sign-in page, which leads back to where one wanted to go."""

    code = "sign_in_needed"


class FormTokenWrong(Refused):
    code = "form_token_wrong"


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user and the token that their forms carry."""

    user_id: str
    name: str
    email: str
    role: str
    form_token: str


async def _person(request: Request) -> Person:
    cookie = request.cookies.get(COOKIE, "")
    async with request.app.state.database.reading() as session:
        found = await repository.get_signed_in(
            session, token_hash(cookie), now=request.app.state.clock.now()
        )
    if not cookie or found is None:
        raise SignInNeeded("sign in first")
    sign_in, user = found
    return Person(user.id, user.name, user.email, user.role, sign_in.form_token)


SignedIn = Annotated[Person, Depends(_person)]


def _form(person: SignedIn, form_token: Annotated[str, Form()] = "") -> Person:
    if not hmac.compare_digest(person.form_token, form_token):
        raise FormTokenWrong("this form is out of date: load the page again")
    return person


FormFrom = Annotated[Person, Depends(_form)]


def give_cookie(response: Response, token: Token) -> None:
    """Set the cookie: this host alone, no script, no other site's requests."""
    response.set_cookie(
        COOKIE,
        token.cookie,
        max_age=token.max_age_seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response) -> None:
    """Remove it."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
