"""Names, farewells, prices and versions that look like dates, and the dates beside them.
Read on Wednesday, 11 March 2026, 10:00."""

import pytest

from parsing.values import Parsed
from parsing.when import parse
from tests.parsing.telling import NOW, told

_TAKEN = 0.5  # from here on a reading may be taken for a date

NO_DATES = [
    ("en", "my name is April Winter"),
    ("en", "12 May Street, flat 3"),
    ("pl", "ulica 3 Maja 5"),
    ("nb", "folk spør om de samme tingene på nettsida vår hele dagen"),
    ("en", "thanks, April"),
    ("en", "my name is June"),
    ("en", "april here"),
    ("en", "have a great weekend"),
    ("en", "python 3.11"),
    ("en", "5.5 per user"),
    ("en", "friday's bakery"),
    ("en", "the sun feels warm"),
    ("en", "month in month out"),
    ("sl", "petek je moj priimek"),
    ("sl", "okrog 3.4 jih je"),
    ("fi", "sukunimeni on Lauantai"),
    ("nb", "etternavnet er Lørdag"),
    ("nb", "to av fem"),
    ("pl", "nazywam się Piątek"),
    ("en", "the march of progress"),
    ("pl", "Maja"),
    ("pl", "po pierwsze cena"),
    ("sl", "lep pozdrav, Avgust"),
    ("sl", "stane 5.5 na osebo"),
    ("sl", "lep vikend"),
    ("he", "קוראים לי אביב"),
    ("he", "תודה, אביב"),
    ("he", "3.5 אחוז"),
    ("he", "סוף שבוע נעים"),
    ("fi", "5.5 per käyttäjä"),
    ("fi", "mukavaa viikonloppua"),
    ("nb", "jeg heter April"),
    ("nb", "12.5 prosent"),
    ("nb", "god helg"),
    ("pl", "maj się dobrze"),
    ("pl", "jestem Maja"),
    ("pl", "pozdrawiam, Maja"),
    ("pl", "5.5 za użytkownika"),
    ("pl", "miłego weekendu"),
]
DATES = [
    ("en", "thanks, Friday works", "2026-03-13"),
    ("en", "in April", "2026-04-01..2026-04-30"),
    ("sl", "sestanek 3.4.", "2026-04-03"),
    ("sl", "v soboto? ne, v ponedeljek", "2026-03-16"),
    ("he", "ב-18 בשעה 11", "2026-03-18 @11:00"),
    ("he", "יום שני הראשון באפריל", "2026-04-06"),
    ("fi", "huhtikuun ensimmäinen maanantai", "2026-04-06"),
    ("fi", "huhtikuun toka maanantai", "2026-04-13"),
    ("nb", "torsdag, jeg er der til kl 15", "2026-03-12 @-15:00"),
    ("nb", "i mai", "2026-05-01..2026-05-31"),
    ("pl", "12 maja o 10", "2026-05-12 @10:00"),
    ("pl", "12 sie o 10", "2026-08-12 @10:00"),
    ("pl", "w sobotę? nie, czekaj, w poniedziałek", "2026-03-16"),
]


@pytest.mark.parametrize(("language", "text"), NO_DATES)
def test_a_name_a_farewell_or_a_figure_is_no_date(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is None or (isinstance(read, Parsed) and read.confidence < _TAKEN)


@pytest.mark.parametrize(("language", "text", "meant"), DATES)
def test_what_is_a_date_stays_one(language: str, text: str, meant: str) -> None:
    assert told(text, language=language) == meant


def test_a_short_answer_counts_where_a_time_was_asked() -> None:
    read = parse("workshop friday", language="en", now=NOW, asked=True)
    assert isinstance(read, Parsed)
    assert read.confidence > _TAKEN
