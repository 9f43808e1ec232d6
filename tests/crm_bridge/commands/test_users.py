"""Who may sign in to the console is decided on the command line."""

import json
import re

import pytest

from crm_bridge.console import service
from tests.crm_bridge.commands.conftest import Usher
from tests.crm_bridge.conftest import NOW

ANN = "ann@example.com"


def signs_in(usher: Usher, password: str) -> bool:
    async def look(session):  # type: ignore[no-untyped-def]
        return await service.sign_in(session, ANN, password, now=NOW)

    try:
        return bool(usher.look(look))
    except service.WrongSignIn:
        return False


def shown(output: str) -> str:
    found = re.search(r"(?:with|is) (\S+) +\(shown once\)", output)
    assert found, output
    return found[1]


def test_a_made_password_is_shown_once_and_signs_in(usher: Usher) -> None:
    password = shown(usher("user", "create", ANN, "--role", "admin").output)
    assert signs_in(usher, password)
    (listed,) = json.loads(usher("user", "list", "--json").output)
    assert listed == {"email": ANN, "name": "ann", "role": "admin", "status": "active"}
    assert password not in usher("user", "list").output


def test_a_new_password_replaces_the_old_one(usher: Usher) -> None:
    old = shown(usher("user", "create", ANN).output)
    new = shown(usher("user", "password", ANN).output)
    assert signs_in(usher, new)
    assert not signs_in(usher, old)


def test_somebody_disabled_is_kept_out(usher: Usher) -> None:
    password = shown(usher("user", "create", ANN).output)
    usher("user", "disable", ANN)
    assert not signs_in(usher, password)
    assert "disabled" in usher("user", "list").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "ann"), "an e-mail address has an @"),
        (("create", ANN, "--role", "king"), "a role is one of rep, admin"),
        (("create", ANN, "--password", "short"), "at least 12 characters"),
        (("disable", "nobody@example.com"), "nobody signs in as nobody@example.com"),
    ],
)
def test_mistakes_are_told_in_one_line(usher: Usher, arguments: tuple[str, ...], said: str) -> None:
    assert said in usher("user", *arguments, exit_code=1).stderr
