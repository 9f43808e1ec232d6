"""The letters about a meeting: to the visitor in their language, to the advisor in theirs. Pure."""

from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from babel import Locale

from crm_bridge.invites import spelled
from crm_bridge.invites.ics import Entry, Person
from crm_bridge.invites.letter import Letter, Link, Row, Section, rows, sections
from crm_bridge.invites.meeting import Happened, Meeting, Side
from crm_bridge.invites.texts import Texts, Words
from playbook.dates import locale_of


class Signature(TypedDict):
    """Who invites, and when the text is made."""

    organizer: Person
    stamp: datetime


_WITH_ENTRY = ("booked", "moved", "cancelled")
_SOON = timedelta(hours=3)


def visitor_letter(
    meeting: Meeting, happened: Happened, texts: Texts, *, now: datetime, no_more_url: str = ""
) -> Letter:
    """What the visitor is told: when, where, with whom, and how to change it; and, of an offer,
    where to say no to more. A reminder tells how near the meeting is at `now`."""
    words, locale = _of(meeting.visitor, texts)
    values = _values(meeting, meeting.visitor.zone, locale, words)
    gone = happened in ("cancelled", "missed")
    links = _again_links(meeting, words) if gone else _links(meeting, words)
    if no_more_url:
        links.append(Link(words["no_more_offers"], no_more_url))
    name = meeting.visitor.name.strip()
    subject, lead = f"subject_{happened}", f"lead_{happened}"
    if happened == "reminder":
        subject, lead = _of_a_reminder(meeting, now)
    if meeting.by_advisor and happened in ("moved", "cancelled"):
        lead += "_by_advisor"
    closing = words["attached_cancelled" if gone else "attached"]
    return Letter(
        language=words.language,
        subject=words.say(subject, **values),
        hello=words.say("hello", name=name) if name else words["hello_nameless"],
        lead=words.say(lead, **values),
        sections=sections(
            [
                Section(_when_rows(meeting, meeting.visitor.zone, words, locale, gone=gone)),
                _openings_section(meeting, words, locale),
            ]
        ),
        links=tuple(links),
        closing=(closing if happened in _WITH_ENTRY else "", _signed(words, meeting)),
    )


def _of_a_reminder(meeting: Meeting, now: datetime) -> tuple[str, str]:
    """The texts of subject and lead: soon, tomorrow (as the visitor's days go), or neither."""
    if meeting.start - now <= _SOON:
        return "subject_reminder_soon", "lead_reminder_soon"
    zone = meeting.visitor.zone
    days = meeting.start.astimezone(zone).date() - now.astimezone(zone).date()
    return "subject_reminder", "lead_reminder_tomorrow" if days.days == 1 else "lead_reminder"


def _openings_section(meeting: Meeting, words: Words, locale: Locale) -> Section:
    """The nearest times to meet instead, where the advisor could not."""
    zone = meeting.visitor.zone
    told = [_beside(meeting, start, zone, locale) for start in meeting.openings]
    return Section(tuple(Row("", each) for each in told), words["other_times"])


def _beside(meeting: Meeting, start: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """Another time than the meeting's, whose zone the letter names: with its distance from UTC
    where the clocks change between them."""
    told = f"{spelled.date(start, zone, locale)}, {spelled.clock(start, zone, locale)}"
    distance = spelled.distance(start, zone, locale)
    if distance == spelled.distance(meeting.start, zone, locale):
        return told
    return f"{told} ({distance})"


def _again_links(meeting: Meeting, words: Words) -> list[Link]:
    """The page of a meeting that is not any more offers other times, whoever ended it."""
    return [Link(words["choose_time"], meeting.page_url)] if meeting.page_url else []


def advisor_letter(
    meeting: Meeting, happened: Happened, texts: Texts, *, attached: bool = True
) -> Letter:
    """What the advisor is told: also who comes, every answer, the score with its reasons;
    and whether the entry is `attached` or stands in their calendar already."""
    words, locale = _of(meeting.advisor, texts)
    values = _values(meeting, meeting.advisor.zone, locale, words)
    behind = meeting.background
    links = [Link(words["join_call"], meeting.video_url)] if meeting.video_url else []
    if behind.conversation_url:
        links.insert(0, Link(words["open_conversation"], behind.conversation_url))
    score = [Row(words["score"], str(behind.score))] if behind.score is not None else []
    reasons = [Row("", reason) for reason in behind.reasons]
    if behind.percent is not None:
        reasons.append(Row(words["likely"], f"{behind.percent} %"))
        reasons += [Row("", reason) for reason in behind.moved_by]
    return Letter(
        language=words.language,
        subject=words.say(f"advisor_subject_{happened}", **values),
        hello=words.say("hello", name=meeting.advisor.name),
        lead=words.say(f"advisor_lead_{happened}", **values),
        sections=sections(
            [
                Section(_when_rows(meeting, meeting.advisor.zone, words, locale, whom=False)),
                Section(contact_rows(meeting, words), words["contact"]),
                Section(behind.answers, words["answers"]),
                Section(tuple(score + reasons), words["score"] if reasons else ""),
            ]
        ),
        links=tuple(links if happened != "cancelled" else links[:1]),
        closing=(_where_entry(happened, words, attached=attached),),
    )


def _where_entry(happened: Happened, words: Words, *, attached: bool) -> str:
    if happened == "cancelled":
        return words["attached_cancelled" if attached else "out_of_calendar"]
    return words["attached" if attached else "in_calendar"]


def contact_rows(meeting: Meeting, words: Words) -> tuple[Row, ...]:
    """How the visitor can be reached."""
    return rows(
        (words["person"], meeting.visitor.name),
        (words["company"], meeting.company),
        (words["email"], meeting.visitor.email),
        (words["phone"], meeting.phone),
        (words["language"], language_name(meeting.visitor.language, words.language)),
    )


def language_name(language: str, told_in: str) -> str:
    """The name of a language in another: "slovenščina"."""
    return str(Locale.parse(language).get_display_name(told_in) or language)


def visitor_entry(
    meeting: Meeting, happened: Happened, texts: Texts, *, organizer: Person, stamp: datetime
) -> Entry:
    """The visitor's calendar entry; it says how to change the meeting, and of one that is
    cancelled where to choose another time."""
    words, _ = _of(meeting.visitor, texts)
    title = _title(meeting, words)
    gone = happened == "cancelled"
    video = meeting.video_url and not gone
    told = [words.say("entry_video", url=meeting.video_url)] if video else []
    told += [f"{words['choose_time']}: {meeting.page_url}"] if gone and meeting.page_url else []
    told += [] if gone else [words.say("entry_change", url=meeting.page_url)]
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        start=meeting.start,
        end=meeting.end,
        summary=words.say("entry_summary", title=title, advisor=meeting.advisor.name),
        description="\n".join(told),
        location="" if gone else meeting.video_url,
        url=meeting.page_url,
        organizer=organizer,
        attendee=Person(meeting.visitor.name, meeting.visitor.email),
        language=words.language,
        stamp=stamp,
    )


def advisor_entry(meeting: Meeting, texts: Texts, *, organizer: Person, stamp: datetime) -> Entry:
    """The advisor's calendar entry: it leads to the conversation, not to the visitor's page."""
    words, _ = _of(meeting.advisor, texts)
    visitor = _visitor(meeting, words)
    who = f"{visitor} ({meeting.company})" if meeting.company else visitor
    told = [words.say("entry_video", url=meeting.video_url)] if meeting.video_url else []
    told += [f"{row.label}: {row.value}" for row in contact_rows(meeting, words)]
    told += [f"{words['with_whom']}: {meeting.others}"] if meeting.others else []
    if meeting.background.conversation_url:
        told.append(f"{words['open_conversation']}: {meeting.background.conversation_url}")
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        start=meeting.start,
        end=meeting.end,
        summary=words.say("advisor_entry_summary", title=_title(meeting, words), visitor=who),
        description="\n".join(told),
        location=meeting.video_url,
        url=meeting.background.conversation_url,
        organizer=organizer,
        attendee=Person(meeting.advisor.name, meeting.advisor.email),
        language=words.language,
        stamp=stamp,
    )


def _of(side: Side, texts: Texts) -> tuple[Words, Locale]:
    words = texts.of(side.language)
    return words, locale_of(words.language, side.locale)


def _values(meeting: Meeting, zone: ZoneInfo, locale: Locale, words: Words) -> dict[str, str]:
    return {
        "advisor": meeting.advisor.name,
        "visitor": _visitor(meeting, words),
        "date": spelled.date(meeting.start, zone, locale),
        "time": spelled.clock(meeting.start, zone, locale),
    }


def _visitor(meeting: Meeting, words: Words) -> str:
    return meeting.visitor.name.strip() or meeting.visitor.email or words["somebody"]


def _signed(words: Words, meeting: Meeting) -> str:
    return f"{words['regards']}\n{meeting.signed}".strip()


def _title(meeting: Meeting, words: Words) -> str:
    return meeting.titles.get(words.language) or words["entry_title"]


def _when_rows(
    meeting: Meeting,
    zone: ZoneInfo,
    words: Words,
    locale: Locale,
    *,
    whom: bool = True,
    gone: bool = False,
) -> tuple[Row, ...]:
    day = spelled.date(meeting.start, zone, locale)
    hours = spelled.clock_range(meeting.start, meeting.end, zone, locale)
    before = None
    if meeting.before is not None:
        before = _beside(meeting, meeting.before, zone, locale)
    return rows(
        (words["when"], f"{day}, {hours}"),
        (words["when_before"], before),
        (words["zone"], spelled.zone_name(meeting.start, zone, locale)),
        (words["with_whom"], meeting.advisor.name if whom else meeting.others),
        (words["about"], meeting.titles.get(words.language)),
        (words["video"], words["video_later"] if meeting.video_later and not gone else None),
    )


def _links(meeting: Meeting, words: Words) -> list[Link]:
    links = [Link(words["join_call"], meeting.video_url)] if meeting.video_url else []
    if meeting.page_url:
        links.append(Link(words["change_meeting"], meeting.page_url))
    return links
