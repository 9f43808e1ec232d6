"""Hours said in another zone, hours with a letter, and how long a meeting is to last.
Read on Wednesday, 11 March 2026, 10:00 in Ljubljana."""

import pytest

from parsing.values import Parsed
from parsing.when import parse
from tests.parsing.telling import NOW, told

ZONES = [
    ("en", "friday 9 am (UTC)", "2026-03-13 @10:00"),
    ("en", "friday at 3pm london time", "2026-03-13 @16:00"),
    ("en", "friday at 9am pacific", "2026-03-13 @17:00"),  # summer time there since Sunday
    ("en", "April 7 at 9am eastern time", "2026-04-07 @15:00"),
    ("en", "friday at 11pm pacific", "nothing"),  # Saturday here
    ("sl", "v petek ob 15h po finskem času", "2026-03-13 @14:00"),
    ("he", "ביום שישי בשעה 15:00 שעון ישראל", "2026-03-13 @14:00"),
    ("fi", "perjantaina klo 15 (EET)", "2026-03-13 @14:00"),
    ("fi", "perjantaina klo 15 Suomen aikaa", "2026-03-13 @14:00"),
    ("nb", "fredag kl 15 finsk tid", "2026-03-13 @14:00"),
    ("pl", "w piątek o 15 czasu londyńskiego", "2026-03-13 @16:00"),
]
LETTERS = [
    ("9a to 11a", "@09:00-11:00"),
    ("friday 9a-11a", "2026-03-13 @09:00-11:00"),
    ("friday 9p", "2026-03-13 @21:00"),
    ("3:18a", "@03:18"),
    ("room 2a", "nothing"),
]
FROM_A_DAY = [
    ("viikko huomisesta", "2026-03-19"),
    ("kaksi viikkoa maanantaista", "2026-03-30"),
    ("viikko maanantaista eteenpäin", "2026-03-16.."),
]
LENGTHS = [
    ("fi", "perjantaina klo 15 45 minuutiksi", "2026-03-13 @15:00", "15:45"),
    ("fi", "perjantaina klo 15 tunniksi", "2026-03-13 @15:00", "16:00"),
    ("fi", "perjantaina klo 15 puoleksi tunniksi", "2026-03-13 @15:00", "15:30"),
    ("sl", "za 30 minut, v petek ob 16h", "2026-03-13 @16:00", "16:30"),
    ("pl", "na 30 minut, w piątek o 16", "2026-03-13 @16:00", "16:30"),
    ("nb", "i 30 minutter, fredag kl 16", "2026-03-13 @16:00", "16:30"),
    ("en", "for an hour, Friday at 4pm", "2026-03-13 @16:00", "17:00"),
]


@pytest.mark.parametrize(("language", "text", "meant"), ZONES)
def test_hours_of_another_zone_are_told_in_ours(language: str, text: str, meant: str) -> None:
    assert told(text, language=language) == meant


@pytest.mark.parametrize(("text", "meant"), LETTERS)
def test_a_letter_is_am_or_pm_where_a_time_can_stand(text: str, meant: str) -> None:
    assert told(text, language="en") == meant


@pytest.mark.parametrize(("text", "meant"), FROM_A_DAY)
def test_a_length_in_front_of_a_day_counts_from_it(text: str, meant: str) -> None:
    assert told(text, language="fi") == meant


@pytest.mark.parametrize(("language", "text", "meant", "ends"), LENGTHS)
def test_a_length_is_neither_minutes_nor_a_second_wish(
    language: str, text: str, meant: str, ends: str
) -> None:
    assert told(text, language=language) == meant
    read = parse(text, language=language, now=NOW)
    assert isinstance(read, Parsed)
    assert read.value.ends is not None
    assert read.value.ends.time().isoformat("minutes") == ends
