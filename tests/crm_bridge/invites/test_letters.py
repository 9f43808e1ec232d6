"""What the letters tell, in every language; nothing of the conversation to the visitor."""

import re
from datetime import timedelta

import pytest

from contracts.languages import LANGUAGES
from crm_bridge.invites import letters
from crm_bridge.invites.letter import Letter, Row, Section, as_html, as_text
from crm_bridge.invites.meeting import Happened
from tests.crm_bridge.invites.makers import SENDER, START, TEXTS, a_meeting, in_language

HAPPENED: tuple[Happened, ...] = ("booked", "moved", "cancelled")
WEEKDAY = {
    "en": "Thursday, 12 March 2026",
    "sl": "četrtek, 12. marec 2026",
    "he": "יום חמישי, 12 במרץ 2026",
    "fi": "torstai 12. maaliskuuta 2026",
    "nb": "torsdag 12. mars 2026",
    "pl": "czwartek, 12 marca 2026",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("happened", HAPPENED)
def test_every_letter_is_whole_in_every_language(language: str, happened: Happened) -> None:
    meeting = in_language(a_meeting(before=START), language)
    for letter in (
        letters.visitor_letter(meeting, happened, TEXTS, now=START),
        letters.advisor_letter(meeting, happened, TEXTS),
    ):
        _whole(letter, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("hours", [1, 24, 72])
def test_every_reminder_is_whole_in_every_language(language: str, hours: int) -> None:
    meeting = in_language(a_meeting(), language)
    now = meeting.start - timedelta(hours=hours)
    _whole(letters.visitor_letter(meeting, "reminder", TEXTS, now=now), language)


def _whole(letter: Letter, language: str) -> None:
    for told in (as_text(letter), as_html(letter), letter.subject):
        assert not re.search(r"\{\w*\}", told)
        assert WEEKDAY[language] in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_english_is_there_with_the_same_places_to_fill(language: str) -> None:
    english, own = TEXTS._file("en"), TEXTS._file(language)
    assert english.keys() == own.keys()
    for key, text in own.items():
        places = set(re.findall(r"\{(\w+)\}", text))
        wanted = set(re.findall(r"\{(\w+)\}", english[key]))
        assert places <= wanted
        assert wanted - places <= {"advisor"}  # the advisor stands in the rows below, too


def test_the_visitor_learns_when_where_with_whom_and_how_to_change_it() -> None:
    text = as_text(letters.visitor_letter(a_meeting(), "booked", TEXTS, now=START))
    assert "Thursday, 12 March 2026, 09:00–09:30" in text
    assert "Central European Standard Time (UTC+1)" in text
    assert "With: Maja Novak" in text
    assert "https://meet.test/usher-1" in text
    assert "https://bridge.test/b/token" in text
    assert text.endswith("Kind regards\nPolaris Consulting\n")


def test_the_visitor_learns_nothing_of_score_reasons_or_console() -> None:
    for happened in HAPPENED:
        letter = letters.visitor_letter(a_meeting(), happened, TEXTS, now=START)
        for told in (as_text(letter), as_html(letter)):
            assert "console" not in told
            assert "Budget fits" not in told
    entry = letters.visitor_entry(a_meeting(), "booked", TEXTS, organizer=SENDER, stamp=START)
    assert "console" not in str(entry)


def test_the_advisor_gets_every_answer_the_score_with_reasons_and_the_conversation() -> None:
    text = as_text(letters.advisor_letter(a_meeting(), "booked", TEXTS))
    assert "Company size: 20 – 50 (“about 30”)" in text
    assert "Score: 70" in text
    assert "Likely to become a customer: 72 %" in text
    assert "+12 company industry: 62.010" in text
    assert "- +40 Budget fits" in text
    assert "https://bridge.test/console/conversations/cnv_1" in text
    assert "robin@testalabs.io" in text
    assert "+4722334455" in text


def test_the_advisor_is_never_given_the_visitors_own_link() -> None:
    for happened in HAPPENED:
        assert "/b/token" not in as_text(letters.advisor_letter(a_meeting(), happened, TEXTS))
    entry = letters.advisor_entry(a_meeting(), TEXTS, organizer=SENDER, stamp=START)
    assert "/b/token" not in str(entry)


def test_a_moved_meeting_names_the_time_before() -> None:
    text = as_text(letters.visitor_letter(a_meeting(before=START), "moved", TEXTS, now=START))
    assert "Was: Thursday, 12 March 2026, 09:00" in text


def test_a_cancelled_meeting_offers_nothing_to_join_or_change_but_another_time() -> None:
    meeting = a_meeting()
    letter = letters.visitor_letter(meeting, "cancelled", TEXTS, now=START)
    assert [each.label for each in letter.links] == ["Choose another time"]
    assert meeting.video_url not in as_text(letter)


def test_a_reminder_tells_how_near_the_meeting_is() -> None:
    start = a_meeting().start
    told = {
        hours: letters.visitor_letter(
            a_meeting(), "reminder", TEXTS, now=start - timedelta(hours=hours)
        )
        for hours in (72, 24, 1)
    }
    assert told[72].lead == "This is a reminder of your meeting with Maja Novak."
    assert told[24].lead == "Your meeting with Maja Novak is tomorrow at 09:00."
    assert told[1].lead == "Your meeting with Maja Novak begins soon, at 09:00."
    assert told[1].subject.startswith("Soon: ")
    assert all("https://meet.test/usher-1" in as_text(letter) for letter in told.values())


def test_a_cancelled_entry_leads_to_other_times_and_nowhere_else() -> None:
    entry = letters.visitor_entry(a_meeting(), "cancelled", TEXTS, organizer=SENDER, stamp=START)
    assert entry.description == "Choose another time: https://bridge.test/b/token"
    assert entry.location == ""


def test_somebody_without_a_name_is_greeted_all_the_same() -> None:
    meeting = a_meeting()
    nameless = a_meeting(visitor=type(meeting.visitor)("", "", "en", meeting.visitor.zone))
    assert letters.visitor_letter(nameless, "booked", TEXTS, now=START).hello == "Hello,"
    assert "a visitor" in letters.advisor_letter(nameless, "booked", TEXTS).subject


def test_markup_in_a_name_is_text_in_the_html() -> None:
    meeting = a_meeting(company="<b>Testa</b> & Co")
    told = as_html(letters.advisor_letter(meeting, "booked", TEXTS))
    assert "&lt;b&gt;Testa&lt;/b&gt; &amp; Co" in told
    assert "<b>" not in told


def test_a_placeholder_that_a_visitor_typed_stays_what_it_is() -> None:
    words = TEXTS.of("en")
    assert words.say("hello", name="{advisor} {0} {name}") == "Hello {advisor} {0} {name},"


def test_a_list_takes_the_whole_width_of_a_phone() -> None:
    times = Section(rows=(Row("", "Friday"),), heading="These times are free")
    whole = Section(rows=(Row("When", "Monday"),))
    html = as_html(Letter("en", "s", "", "l", sections=(whole, times)))
    when, friday = re.findall(r"<tr>(.*?)</tr>", html)
    assert (when.count("<td"), "colspan" in when) == (2, False)
    assert (friday.count("<td"), 'colspan="2"' in friday) == (1, True)


def test_other_times_behind_a_change_of_the_clocks_name_their_distance() -> None:
    other = [START, START + timedelta(days=21)]
    meeting = a_meeting(before=START + timedelta(days=21), openings=tuple(other))
    letter = letters.visitor_letter(meeting, "cancelled", TEXTS, now=START)
    told = as_text(letter)
    assert "- Thursday, 12 March 2026, 09:00\n" in told
    assert "- Thursday, 2 April 2026, 10:00 (UTC+2)" in told
    moved = as_text(letters.visitor_letter(meeting, "moved", TEXTS, now=START))
    assert "2 April 2026, 10:00 (UTC+2)" in moved
