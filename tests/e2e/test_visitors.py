"""Visitors in six languages, from the first hello to what stays in the records."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chat import Chat
from tests.e2e.records import Records, invite
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("stack")]


@pytest.fixture(scope="module")
def records(stack: Stack) -> Records:
    return Records.of(stack)


def test_an_english_visitor_qualifies_and_books(
    stack: Stack, browser: Browser, records: Records
) -> None:
    chat = Chat.visit(browser, stack.url)
    chat.say("we want a chatbot that qualifies leads on our website")
    chat.press("Retail")
    chat.say("about 25 of us")
    chat.say("10-15k euros")
    chat.say("within 3 months")
    chat.say("Jane Doe")
    chat.say("Acme Ltd")
    chat.say("jane.doe@acme-retail.io")
    chat.say("+44 20 7946 0958")
    chat.say("next Tuesday after 3pm")
    first = chat.page.locator(".openings .choice").first
    assert "Tuesday" in (first.get_attribute("aria-label") or "")
    chat.choose_opening(0)
    expect(chat.page.locator(".card")).to_contain_text("Tuesday", timeout=10_000)
    assert chat.faults == []
    chat.close()

    record = records.conversation_of("jane.doe@acme-retail.io")
    assert record["outcome"] == "qualified"
    assert record["answers"]["company_size"]["value"] == {"min": 25, "max": 25}
    assert "about 25" in record["answers"]["company_size"]["text"]
    assert record["booking_id"]
    deals = records.get("deals", conversation_id=record["id"])["items"]
    assert len(deals) == 1
    method, event = invite(records.mails_to("jane.doe@acme-retail.io")[0])
    assert method == "REQUEST"
    assert f"{event['DTSTART'].dt:%A}" == "Tuesday"
    assert "ATTENDEE" in event
    assert event["SEQUENCE"] == 0
    _the_advisor_reads_everything_in_one_mail(records, record)


def _the_advisor_reads_everything_in_one_mail(records: Records, record: dict[str, Any]) -> None:
    booking = next(b for b in records.get("bookings")["items"] if b["id"] == record["booking_id"])
    advisors = {"maja": "maja@", "noam": "noam@", "kari": "kari@"}
    mail = records.mails_to(advisors[booking["advisor"]])[-1]
    text = mail.get_body(("plain",)).get_content()
    for word in (
        "Jane Doe",
        "Acme Ltd",
        "+44",
        "about 25",
        f"/console/conversations/{record['id']}",
        str(record["score"]),
    ):
        assert word in text, word
    for reason in record["reasons"]:
        assert reason["because"] in text


def test_a_hebrew_visitor_books_from_right_to_left_on_a_phone(
    stack: Stack, browser: Browser, records: Records
) -> None:
    chat = Chat.visit(
        browser, stack.url, language="he", width=390, height=844, timezone="Asia/Jerusalem"
    )
    assert chat.page.locator("#usher").get_attribute("dir") == "rtl"
    chat.say("אנחנו צריכים צ׳אטבוט לאתר")
    chat.say("קמעונאות")
    chat.say("כ-30 עובדים")
    chat.say("בין 5,000 ל-10,000 ₪")
    chat.say("תוך שלושה חודשים")
    chat.say("דנה לוי-כהן")
    chat.say("חנות הספרים בע״מ")
    chat.say("המייל שלי dana@sfarim-shop.co.il.")
    chat.say("050-123-4567")
    expect(chat.page.locator(".openings .choice").first).to_be_visible(timeout=10_000)
    chat.choose_opening(0)
    expect(chat.page.locator(".card")).to_be_visible(timeout=10_000)
    widths = chat.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert chat.faults == []
    chat.close()
    record = records.conversation_of("dana@sfarim-shop.co.il")
    assert record["language"] == "he"
    assert record["answers"]["phone"]["value"] == "+972501234567"
    assert record["booking_id"]
    mail = records.mails_to("dana@sfarim-shop.co.il")[0]
    assert re.search(r"[\u0590-\u05ff]", str(mail["Subject"]))
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()


def test_a_finnish_visitor_is_turned_down_kindly(
    stack: Stack, browser: Browser, records: Records
) -> None:
    chat = Chat.visit(browser, stack.url, language="fi", timezone="Europe/Helsinki")
    chat.press("Jotain muuta")
    chat.say("vähittäiskauppa")
    said = chat.say("vain minä")
    links = chat.page.locator(".row.bot a").all()
    assert links or "http" in said
    chat.close()
    record = records.latest()
    assert record["outcome"] == "not_fit"
    assert record["booking_id"] is None
    assert records.get("deals", conversation_id=record["id"])["items"] == []


def test_a_polish_visitor_asks_for_a_person(
    stack: Stack, browser: Browser, records: Records
) -> None:
    chat = Chat.visit(browser, stack.url, language="pl", timezone="Europe/Warsaw")
    chat.say("potrzebujemy CRM")
    chat.say("czy mogę porozmawiać z człowiekiem?")
    chat.close()
    record = records.latest()
    assert any(entry["name"] == "handoff_requested" for entry in record["news"])
    tickets = records.get("tickets", conversation_id=record["id"])["items"]
    assert len(tickets) == 1
    assert "CRM" in tickets[0]["body"]


def test_reload_in_the_middle_loses_nothing(stack: Stack, browser: Browser) -> None:
    chat = Chat.visit(browser, stack.url)
    chat.say("we need a CRM")
    chat.say("software")
    before = chat.texts("visitor") + chat.texts("bot")
    chat.page.reload()
    chat.open()
    expect(chat.bubbles("visitor")).to_have_count(2, timeout=10_000)
    assert sorted(chat.texts("visitor") + chat.texts("bot")) == sorted(before)
    reply = chat.say("40")
    assert reply
    chat.close()


def test_two_tabs_show_the_same_conversation(stack: Stack, browser: Browser) -> None:
    chat = Chat.visit(browser, stack.url)
    chat.say("we need a CRM")
    second = Chat(chat.page.context.new_page(), [])
    second.page.goto(f"{stack.url}/demo")
    second.open()
    expect(second.bubbles("visitor")).to_have_count(1, timeout=10_000)
    second.say("software")
    expect(chat.bubbles("visitor")).to_have_count(2, timeout=10_000)
    assert chat.texts("visitor") == second.texts("visitor")
    chat.close()
