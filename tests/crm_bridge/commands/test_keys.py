"""Keys are made, listed and taken back on the command line."""

import json

from crm_bridge.web import api_keys
from tests.crm_bridge.commands.conftest import Usher


def test_a_key_is_shown_once_and_opens_the_api(usher: Usher) -> None:
    made = json.loads(usher("key", "create", "CRM", "--scopes", "read", "--json").output)
    row = usher.look(lambda session: api_keys.find_key(session, made["key"]))
    assert row is not None
    assert (row.id, row.name, row.scopes) == (made["id"], "CRM", ["read"])
    assert made["key"] not in usher("key", "list").output
    assert made["id"] in usher("key", "list").output


def test_a_revoked_key_opens_nothing(usher: Usher) -> None:
    made = json.loads(usher("key", "create", "CRM", "--json").output)
    usher("key", "revoke", made["id"])
    assert usher.look(lambda session: api_keys.find_key(session, made["key"])) is None
    (listed,) = json.loads(usher("key", "list", "--json").output)
    assert listed["revoked_at"] is not None


def test_mistakes_are_told_in_one_line(usher: Usher) -> None:
    assert "key_none" in usher("key", "revoke", "key_none", exit_code=1).stderr
    assert "no scope" in usher("key", "create", "x", "--scopes", "all", exit_code=1).stderr
