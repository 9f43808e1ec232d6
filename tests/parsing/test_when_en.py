"""What English visitors type when a time is asked for, and what it means.

Read on Wednesday, 11 March 2026, 10:00; the notation is that of `telling`.
"""

import pytest

from tests.parsing.telling import told

PHRASES = [
    ("this or next week", "2026-03-09..2026-03-22"),
    ("between half past ten and half past twelve", "@10:30-12:30"),
    ("monday between quarter past ten and quarter to one", "2026-03-16 @10:15-12:45"),
    ("next week at the earliest", "2026-03-16.."),
    ("I'm in court on Wednesday so Thursday after 10", "2026-03-12 @10:00-"),
    ("not too early", "@09:00-"),
    ("tuesday at 9 is too early, how about 11", "2026-03-17 @11:00 not (2026-03-17 @09:00)"),
    ("before 10 or after 4", "@-10:00 | @16:00-"),
    ("twenty to four tomorrow", "2026-03-12 @15:40"),
    ("friday five to three", "2026-03-13 @14:55"),
    ("we are 5 to 3", "nothing"),
    ("a week on tuesday", "2026-03-24"),
    ("a week tomorrow", "2026-03-19"),
    ("beginning of the month", "2026-04-01..2026-04-10"),
    ("early this week", "2026-03-09..2026-03-11"),
    ("Friday's bad for me, Monday is ok", "2026-03-16 not fri"),
    ("not before 10 and not after 4", "@10:00-16:00"),
    ("any day but Tuesday, mornings only", "morning not tue"),
    ("any day but Tuesday and Friday, after 3pm", "@15:00- not tue not fri"),
    ("any day except Tuesday morning", "not (2026-03-17 morning)"),
    ("next Tuesday after 3pm", "2026-03-17 @15:00-"),
    ("Friday morning", "2026-03-13 morning"),
    ("in two weeks", "2026-03-25..2026-03-31"),
    ("Monday between 10 and 12", "2026-03-16 @10:00-12:00"),
    ("Monday before noon", "2026-03-16 @-12:00"),
    ("any day except Monday", "not mon"),
    ("towards the end of the month", "2026-03-21..2026-03-31"),
    ("in an hour", "2026-03-11 @~11:00"),
    ("on the weekend", "2026-03-14..2026-03-15"),
    ("whenever, I don't mind", "anytime"),
    ("afternoons work best", "afternoon"),
    ("last Monday", "past 2026-03-09"),
    ("tomorrow at 3", "2026-03-12 @15:00"),
    ("3 April at 10:30", "2026-04-03 @10:30"),
    ("asap", "soonest"),
    ("half past three on Friday", "2026-03-13 @15:30"),
    ("Monday or Tuesday morning", "2026-03-16 morning | 2026-03-17 morning"),
    ("Tuesday or Wednesday at 3", "2026-03-17 @15:00 | 2026-03-18 @15:00"),
    ("not Monday, Tuesday is fine", "2026-03-17 not mon"),
    ("Monday doesn't work, Wednesday after 2 is ok", "2026-03-18 @14:00- not mon"),
    ("from Monday to Wednesday", "2026-03-16..2026-03-18"),
    ("the 3rd", "2026-04-03"),
    ("later that day", "later_same_day"),
    ("that day, only a bit later", "later_same_day"),
    ("earlier on the same day", "earlier_same_day"),
    ("later that week", "later"),
    ("a week later", "later +7d"),
    ("Will May", "nothing"),
    ("we sat", "nothing"),
    ("05/04", "2026-04-05"),
    ("Tuesday 15", "2026-03-17 @15:00"),
    ("between 10 and 12", "@10:00-12:00"),
    ("from 13 to 15 July", "2026-07-13..2026-07-15"),
    ("9:30 till 11:00 on Thursday", "2026-03-12 @09:30-11:00"),
    ("can we meet tomorrow at half three?", "2026-03-12 @15:30"),
    ("10 or 11 on Monday", "2026-03-16 @10:00 | 2026-03-16 @11:00"),
    ("early next week", "2026-03-16..2026-03-18"),
    ("the week after next", "2026-03-23..2026-03-29"),
    ("first Monday of May", "2026-05-04"),
    ("quarter to four tomorrow", "2026-03-12 @15:45"),
    ("any morning next week except Friday", "2026-03-16..2026-03-22 morning not fri"),
    ("Friday, July 3, 2026, 10:30 AM", "2026-07-03 @10:30"),
    ("at 7", "@07:00 ?am_pm? @19:00"),
    ("tonight", "2026-03-11 evening"),
    ("Tuesday, no wait, Wednesday at 10", "2026-03-18 @10:00"),
    ("anytime after 2pm this week", "2026-03-09..2026-03-15 @14:00-"),
    ("I can't on Monday but Thursday afternoon works", "2026-03-12 afternoon not mon"),
    ("weekdays after 4", "each mon,tue,wed,thu,fri @16:00-"),
    ("I'm free on Tuesday but only after 3", "2026-03-17 @15:00-"),
    ("How about Thursday at 2 or Friday morning?", "2026-03-12 @14:00 | 2026-03-13 morning"),
    (
        "Can we do next week, ideally Wednesday or Thursday afternoon?",
        "2026-03-18 afternoon | 2026-03-19 afternoon",
    ),
    ("Monday 9am-11am or Wednesday after 4pm", "2026-03-16 @09:00-11:00 | 2026-03-18 @16:00-"),
    ("not before 10 and not after 4", "@10:00-16:00"),
    ("after 10 but before 12", "@10:00-12:00"),
    ("the week of April 6", "2026-04-06..2026-04-12"),
    ("mid April", "2026-04-11..2026-04-20"),
    ("early May", "2026-05-01..2026-05-10"),
    ("first thing Monday morning", "2026-03-16 @04:00-10:00"),
    ("how about in 3 weeks?", "2026-04-01..2026-04-07"),
    ("Thursday the 19th at noon", "2026-03-19 @12:00"),
    ("2pm works", "@14:00"),
    ("14:30", "@14:30"),
    ("let's say 3ish", "@~15:00"),
    ("around 3 on Thursday", "2026-03-12 @~15:00"),
    ("I'm out until Thursday", "2026-03-12.."),
    ("I'm away next week", "not 2026-03-16..2026-03-22"),
    ("anything but mornings", "not morning"),
    ("mornings only", "morning"),
    ("weekday evenings", "each mon,tue,wed,thu,fri evening"),
    ("tomorrow or the day after", "2026-03-12 | 2026-03-13"),
    ("the day after tomorrow at 9:15", "2026-03-13 @09:15"),
    ("on 4/15 at 3", "2026-04-15 @15:00"),
    ("April 15th", "2026-04-15"),
    ("15 April 2026", "2026-04-15"),
    ("the 15th", "2026-03-15"),
    ("half an hour later", "later +30min"),
    ("one hour earlier", "earlier -60min"),
    ("a different day", "other_day"),
    ("same day but at 4", "same_day @16:00"),
    ("could we push it to Thursday instead?", "2026-03-12"),
    ("Tuesday 17th", "2026-03-17"),
    ("Tuesday, 17 March, 3 pm", "2026-03-17 @15:00"),
    ("tmrw 10am", "2026-03-12 @10:00"),
    ("tuseday at 10", "2026-03-17 @10:00"),
    ("wendesday morning", "2026-03-18 morning"),
    ("next mnoday", "2026-03-16"),
    ("sometime in the afternoon, before 4", "@12:00-16:00"),
    ("before Friday", "..2026-03-12"),
    ("by the end of next week", "..2026-03-22"),
    ("later this week", "2026-03-11..2026-03-15"),
    ("later today", "2026-03-11 @10:00-"),
    ("beginning of June", "2026-06-01..2026-06-10"),
    ("end of Q2", "2026-05-31..2026-06-30"),
    ("in Q3", "2026-07-01..2026-09-30"),
    ("within 3 months", "2026-03-11..2026-06-11"),
    ("after the 20th", "2026-03-21.."),
    ("from the 20th on", "2026-03-20.."),
    ("from Tuesday on", "2026-03-17.."),
    ("Wednesdays after 5", "each wed @17:00-"),
    ("every Tuesday", "each tue"),
    ("in the next few days", "2026-03-11..2026-03-14"),
    ("in a couple of weeks", "2026-03-25..2026-03-31"),
    ("a week from Monday", "2026-03-23"),
    ("Monday week", "2026-03-23"),
    ("next available", "soonest"),
    ("what do you have on Friday?", "2026-03-13"),
    ("Friday at 10, or 11 if that's taken", "2026-03-13 @10:00 | 2026-03-13 @11:00"),
    ("either Monday at 9 or Tuesday at 10", "2026-03-16 @09:00 | 2026-03-17 @10:00"),
    ("Monday through Thursday", "2026-03-16..2026-03-19"),
    ("between Monday and Wednesday", "2026-03-16..2026-03-18"),
    ("between 2 and 4 tomorrow", "2026-03-12 @14:00-16:00"),
    ("2-4pm tomorrow", "2026-03-12 @14:00-16:00"),
    ("tomorrow 2-4", "2026-03-12 @14:00-16:00"),
    ("from 2 until 4 on Monday", "2026-03-16 @14:00-16:00"),
    ("not tomorrow", "not 2026-03-12"),
    ("no, Wednesday", "2026-03-18"),
    ("sorry, I meant Thursday", "2026-03-12"),
    ("Thursday not Friday", "2026-03-12 not fri"),
    ("rather Friday than Thursday", "2026-03-13 not thu"),
    ("not this week", "not 2026-03-09..2026-03-15"),
    ("this Friday", "2026-03-13"),
    ("10am CET", "@10:00"),
    ("3pm my time", "@15:00"),
    ("9 o'clock Friday", "2026-03-13 @09:00"),
    ("noon", "@12:00"),
    ("lunchtime on Wednesday", "2026-03-18 noon"),
    ("25 people", "nothing"),
    ("we need it by June", "..2026-06-30"),
    ("2 products", "nothing"),
    ("I have 3 questions", "nothing"),
    ("Will May join us?", "nothing"),
    ("March Ltd", "nothing"),
    ("10 March", "past 2026-03-10"),
    ("12/3", "2026-03-12"),
    ("3.4.2026", "2026-04-03"),
    ("at five to three", "@14:55"),
    ("at 5 to 3", "@14:55"),
    ("Monday at 10 to 12", "2026-03-16 @10:00-12:00"),
    ("9 to 5", "nothing"),
    ("7 people at 7 sites", "nothing"),
    ("maybe on sunday", "2026-03-15"),
    ("not on weekends", "not sat not sun"),
    ("over the coming days", "2026-03-11..2026-03-14"),
    ("Tuesday, actually Wednesday", "2026-03-18"),
]


@pytest.mark.parametrize(("text", "meant"), PHRASES)
def test_is_read_as_meant(text: str, meant: str) -> None:
    assert told(text, language="en") == meant


CHOSEN = [
    ("can we talk now?", "soonest"),
    ("yes that one", "nothing"),
    ("the last one", "nothing"),
    ("the Tuesday one", "2026-03-17"),
    ("one of the Friday ones", "2026-03-13"),
    ("the first one on Friday", "2026-03-13"),
    ("the one at 3", "@15:00"),
    ("a later one", "later"),
    ("tomorw at 3", "2026-03-12 @15:00"),
    ("may we talk", "nothing"),
    ("thurs b4 noon", "2026-03-12 @-12:00"),
    ("can we push it by a week", "later +7d"),
    ("move it by two days", "later +2d"),
    ("move it to Friday", "2026-03-13"),
    ("Tuesday at one", "2026-03-17 @13:00"),
    ("this Friday one pm", "2026-03-13 @13:00"),
    ("the 3pm slot", "@15:00"),
    ("the 2 pm one on Thursday", "2026-03-12 @14:00"),
]


@pytest.mark.parametrize(("text", "meant"), CHOSEN)
def test_one_of_those_shown_is_no_hour(text: str, meant: str) -> None:
    assert told(text, language="en", asked=True) == meant


@pytest.mark.parametrize(
    "text", ["next week instead, thursday after 2", "next week, thursday after 2 instead"]
)
def test_instead_takes_nothing_back(text: str) -> None:
    assert told(text, language="en") == told("thursday next week, after 2", language="en")


BESIDE_A_DAY = [
    ("tuesday 1030", "2026-03-17 @10:30"),
    ("1645 on monday", "2026-03-16 @16:45"),
    ("tomorrow 0915 please", "2026-03-12 @09:15"),
    ("tuesday 1030 people came", "2026-03-17"),
    ("monday 2026", "2026-03-16"),
]


@pytest.mark.parametrize(("text", "meant"), BESIDE_A_DAY)
def test_four_digits_beside_a_day_are_a_time(text: str, meant: str) -> None:
    assert told(text, language="en") == meant


@pytest.mark.parametrize("text", ["friday aftenoon", "friday afternooon", "friday aftrenoon"])
def test_a_part_of_day_with_a_slip_is_meant(text: str) -> None:
    assert told(text, language="en") == told("friday afternoon", language="en")
