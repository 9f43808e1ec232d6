"""A message carries the letter and the invite as RFC 6047 wants them."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from icalendar import Calendar
from lxml import html

from crm_bridge.invites import letters
from crm_bridge.invites.ics import Method, Person, calendar_text
from crm_bridge.invites.mail import Envelope, build
from tests.crm_bridge.invites.makers import SENDER, TEXTS, a_meeting, an_entry, in_language

AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


def _message(
    language: str = "en", method: Method = "REQUEST", name: str = "Robin Berg", key: str = "k"
) -> EmailMessage:
    meeting = in_language(a_meeting(), language)
    letter = letters.visitor_letter(meeting, "booked", TEXTS, now=AT)
    envelope = Envelope(
        sender=SENDER,
        to=Person(name, "robin@testalabs.io"),
        reply_to=Person("Maja Novak", "maja@polaris.test"),
        key=key,
        thread="bkg_1-visitor",
        at=AT,
    )
    built = build(letter, envelope, (calendar_text(an_entry(), method), method))
    raw = built.as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def test_its_parts_are_nested_as_mail_programs_expect() -> None:
    mixed = _message()
    alternative, attached = mixed.iter_parts()
    assert mixed.get_content_type() == "multipart/mixed"
    assert alternative.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert attached.get_content_type() == "application/ics"
    assert attached.get_filename() == "invite.ics"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_mime_method_is_the_calendars_method(method: Method) -> None:
    for part in _message(method=method).walk():
        if part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            assert part.get_param("method") == method
            assert part.get_content_charset() == "utf-8"
            assert Calendar.from_ical(raw)["METHOD"] == method
            assert raw.count(b"\n") == raw.count(b"\r\n") > 10


def test_the_attached_file_is_the_same_calendar() -> None:
    payloads = [
        part.get_payload(decode=True)
        for part in _message("he").walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]
    assert len(payloads) == 2
    assert payloads[0] == payloads[1]


def test_the_headers_say_who_when_and_that_a_machine_wrote() -> None:
    message = _message("sl")
    assert str(message["From"]) == "Polaris <usher@polaris.test>"
    assert str(message["To"]) == "Robin Berg <robin@testalabs.io>"
    assert str(message["Reply-To"]) == "Maja Novak <maja@polaris.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "sl"
    assert message["Date"].datetime == AT
    assert str(message["Message-ID"]).endswith("@polaris.test>")


def test_a_retry_has_the_same_message_id_and_another_event_another_one() -> None:
    first, again, other = _message(key="a"), _message(key="a"), _message(key="b")
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"]


def test_a_name_cannot_become_a_header() -> None:
    message = _message(name='Robin" <x@evil.test>\r\nBcc: everybody@evil.test')
    assert "Bcc" not in message
    assert [address.addr_spec for address in message["To"].addresses] == ["robin@testalabs.io"]


def test_a_hebrew_letter_runs_from_right_to_left_and_survives_seven_bits() -> None:
    message = _message("he")
    body = message.get_body(("html",))
    assert body is not None
    page = html.fromstring(body.get_content())
    assert (page.get("lang"), page.get("dir")) == ("he", "rtl")
    assert "הפגישה שלכם עם Maja Novak נקבעה" in page.text_content()
    assert str(message["Subject"]).startswith("הפגישה שלכם")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert "יום חמישי, 12 במרץ 2026" in plain.get_content()
