"""The visitor's own page for a meeting, reached by the link in the mail."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.cases.visitor import Visitor
from tests.e2e.records import Records, invite
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("stack")]


def _booked(stack: Stack, address: str) -> None:
    visitor = Visitor.arrive(stack.url, language="en")
    for text in (
        "a chatbot",
        "retail",
        "40",
        "15000 EUR",
        "within 3 months",
        "Robin Berg",
        "Testa Labs",
        address,
        "skip",
    ):
        heard = visitor.say(text)
    offered = [opening for event in heard for opening in event.get("openings") or ()]
    visitor.press(offered[0]["payload"])


def test_a_meeting_is_moved_and_cancelled_by_the_mailed_link(
    stack: Stack, browser: Browser
) -> None:
    records, address = Records.of(stack), "robin@testa-labs.io"
    _booked(stack, address)
    first = records.mails_to(address)[0]
    _, booked = invite(first)
    link = re.search(rf"{re.escape(stack.url)}/b/[\w-]+", first.get_body(("plain",)).get_content())
    assert link
    page = browser.new_page(viewport={"width": 390, "height": 844})

    page.goto(link.group(0))
    page.goto(link.group(0))  # a mail scanner follows links: nothing happens by GET
    assert len(records.mails_to(address)) == 1

    page.locator("details summary, a", has_text=re.compile("move|another time", re.I)).first.click()
    page.locator("input[type=radio]").nth(3).check()
    page.get_by_role("button", name=re.compile("move", re.I)).click()
    expect(page.locator("main")).to_contain_text(re.compile("moved", re.I))
    _, moved = invite(records.mails_to(address, at_least=2)[1])
    assert moved["UID"] == booked["UID"]
    assert moved["SEQUENCE"] == booked["SEQUENCE"] + 1
    assert moved["DTSTART"].dt != booked["DTSTART"].dt

    page.goto(link.group(0))
    page.locator("details summary, a", has_text=re.compile("cancel", re.I)).first.click()
    page.get_by_role("button", name=re.compile("cancel", re.I)).click()
    expect(page.locator("main")).to_contain_text(re.compile("cancelled", re.I))
    method, cancelled = invite(records.mails_to(address, at_least=3)[2])
    assert method == "CANCEL"
    assert cancelled["UID"] == booked["UID"]
    assert cancelled["SEQUENCE"] == moved["SEQUENCE"] + 1
    assert cancelled["STATUS"] == "CANCELLED"
    page.close()
