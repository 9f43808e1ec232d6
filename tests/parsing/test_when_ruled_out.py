"""What "no …", "nothing …" and "never …" rule out, and what "the week after" counts from
once the week before it is ruled out. Read on Wednesday, 11 March 2026, 10:00."""

import pytest

from tests.parsing.telling import told

NONE_OF_THEM = [
    ("en", "no weekends please", "not sat not sun"),
    ("en", "weekends are out", "not sat not sun"),
    ("en", "Mondays are off", "not mon"),
    ("en", "no mornings please, and no Fridays", "not fri not morning"),
    ("en", "nothing before 10", "@10:00-"),
    ("en", "nothing before 10 or after 4", "@10:00-16:00"),
    ("en", "nothing on Thursday", "not thu"),
    ("en", "never on Fridays", "not fri"),
    ("en", "next week, no Mondays", "2026-03-16..2026-03-22 not mon"),
    ("en", "no mornings, Friday would be best", "2026-03-13 not morning"),
    ("en", "I have no time on Monday", "not mon"),
    ("en", "mondays never work for us", "not mon"),
    ("he", "בימי שני אף פעם לא מתאים לנו", "not mon"),
    ("fi", "maanantaisin ei koskaan sovi", "not mon"),
    ("nb", "mandager går aldri", "not mon"),
    ("nb", "fredag i stedet for torsdag", "2026-03-13 not thu"),
    ("he", "אפשר ביום שישי במקום ביום חמישי", "2026-03-13 not thu"),
    ("sl", "brez vikendov prosim", "not sat not sun"),
    ("sl", "vikendi odpadejo", "not sat not sun"),
    ("sl", "noben ponedeljek", "not mon"),
    ("sl", "nič pred deseto", "@10:00-"),
    ("sl", "nič zjutraj", "not morning"),
    ("sl", "nikoli ob petkih", "not fri"),
    ("sl", "brez juter", "not morning"),
    ("he", 'לא בסופ"ש', "not fri not sat"),
    ("he", "אין סופי שבוע", "not fri not sat"),
    ("he", "שום דבר לפני 10", "@10:00-"),
    ("he", "אף פעם לא ביום שישי", "not fri"),
    ("fi", "ei viikonloppuja", "not sat not sun"),
    ("fi", "ei aamuja", "not morning"),
    ("fi", "ei mitään ennen kymmentä", "@10:00-"),
    ("fi", "ei koskaan perjantaisin", "not fri"),
    ("nb", "ingen helger", "not sat not sun"),
    ("nb", "ikke helg", "not sat not sun"),
    ("nb", "ingen mandager", "not mon"),
    ("nb", "helgene er uaktuelle", "not sat not sun"),
    ("nb", "ingenting før ti", "@10:00-"),
    ("pl", "żadnych weekendów", "not sat not sun"),
    ("pl", "zadnych poniedzialkow", "not mon"),
    ("pl", "żadnych poranków", "not morning"),
    ("pl", "nic przed dziesiątą", "@10:00-"),
    ("pl", "nigdy w piątki", "not fri"),
    ("pl", "nie w weekend", "not sat not sun"),
    ("sl", "samo ponedeljkov ne prosim", "not mon"),
    ("nb", "mandag ikke takk", "not mon"),
    ("fi", "ei ainakaan aamulla", "not morning"),
    ("en", "Wednesday is a holiday here. Friday?", "2026-03-13 not wed"),
    ("sl", "v sredo je praznik, raje v petek", "2026-03-13 not wed"),
    ("nb", "onsdag er helligdag her, fredag?", "2026-03-13 not wed"),
    ("fi", "keskiviikko on pyhä, perjantai?", "2026-03-13 not wed"),
    ("pl", "w środę jest święto, może piątek?", "2026-03-13 not wed"),
    ("he", "ביום רביעי אנחנו בחופש, אולי ביום שישי?", "2026-03-13 not wed"),
]
COUNTED_ON = [
    ("en", "not next week, the week after", "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22"),
    ("en", "not next week, the one after", "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22"),
    ("en", "this week is full, next one?", "2026-03-16..2026-03-22 not 2026-03-09..2026-03-15"),
    ("en", "not this month, next", "2026-04-01..2026-04-30 not 2026-03-01..2026-03-31"),
    ("en", "not tomorrow, the day after", "2026-03-13 not 2026-03-12"),
    ("en", "friday is full, the next one?", "2026-03-20 not 2026-03-13"),
    ("en", "this week or next", "2026-03-09..2026-03-15 | 2026-03-16..2026-03-22"),
    ("en", "next week or the week after", "2026-03-16..2026-03-22 | 2026-03-23..2026-03-29"),
    ("sl", "ne naslednji teden, teden po tem", "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22"),
    ("sl", "ta teden je poln, naslednji?", "2026-03-16..2026-03-22 not 2026-03-09..2026-03-15"),
    ("he", "לא בשבוע הבא, בשבוע שאחריו", "2026-03-22..2026-03-28 not 2026-03-15..2026-03-21"),
    ("he", "השבוע מלא, הבא?", "2026-03-15..2026-03-21 not 2026-03-08..2026-03-14"),
    (
        "fi",
        "ei ensi viikolla vaan sitä seuraavalla",
        "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22",
    ),
    (
        "fi",
        "tämä viikko on täynnä, seuraava?",
        "2026-03-16..2026-03-22 not 2026-03-09..2026-03-15",
    ),
    ("nb", "ikke neste uke, uka etter", "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22"),
    ("nb", "denne uka er full, neste?", "2026-03-16..2026-03-22 not 2026-03-09..2026-03-15"),
    (
        "pl",
        "nie w przyszłym tygodniu, w następnym",
        "2026-03-23..2026-03-29 not 2026-03-16..2026-03-22",
    ),
    (
        "pl",
        "ten tydzień jest pełny, następny?",
        "2026-03-16..2026-03-22 not 2026-03-09..2026-03-15",
    ),
]
STILL_WISHES = [
    ("en", "no, Monday is better", "2026-03-16"),
    ("en", "no, mornings are better", "morning"),
    ("en", "no problem, Monday works", "2026-03-16"),
    ("en", "nothing on Thursday?", "2026-03-12"),
    ("en", "not next weekend", "not 2026-03-21..2026-03-22"),
    ("en", "10 or after", "@10:00-"),
    ("en", "Monday works, what's next?", "2026-03-16"),
    ("he", "אין בעיה, יום שני", "2026-03-16"),
    ("nb", "ingen problem, mandag passer", "2026-03-16"),
]


@pytest.mark.parametrize(("language", "text", "meant"), NONE_OF_THEM)
def test_none_of_them_is_an_exclusion(language: str, text: str, meant: str) -> None:
    assert told(text, language=language).lstrip() == meant


@pytest.mark.parametrize(("language", "text", "meant"), COUNTED_ON)
def test_the_one_after_counts_from_what_was_said_before(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language) == meant


@pytest.mark.parametrize(("language", "text", "meant"), STILL_WISHES)
def test_what_only_looks_like_an_exclusion_stays_a_wish(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language).lstrip() == meant
