"""Head counts: exact, about, ranges and bounds, and what is no head count."""

import pytest

from parsing import people
from parsing.values import Parsed, Unclear

COUNTS: list[tuple[str, str, int | None, int | None]] = [
    ("en", "we're about 25, mostly in Oslo", 25, 25),
    ("en", "like 40ish", 40, 40),
    ("nb", "førti-ish", 40, 40),
    ("fi", "40 paikkeilla", 40, 40),
    ("pl", "40 plus minus", 40, 40),
    ("sl", "40 ali tako nekaj", 40, 40),
    ("he", "40 בערך", 40, 40),
    ("en", "just me", 1, 1),
    ("en", "me and two others", 3, 3),
    ("en", "me and my wife", 2, 2),
    ("en", "5+", 5, None),
    ("en", "less than ten", 1, 9),
    ("en", "more than 50", 51, None),
    ("en", "at least 50 people", 50, None),
    ("en", "up to 50", 1, 50),
    ("en", "1.200 employees", 1200, 1200),
    ("en", "3 offices and 40 people", 40, 40),
    ("en", "we have 3 founders and 12 developers", 15, 15),
    ("en", "we're 14 in the office plus 6 caretakers", 20, 20),
    ("en", "we have 12 people in sales plus 3 branches", 12, 12),
    ("sl", "v pisarni nas je 14 in še 6 na terenu", 20, 20),
    ("en", "12 in Oslo and 13 in Bergen, 25 in total", 25, 25),
    ("en", "a dozen people", 12, 12),
    ("sl", "nas je petnajst", 15, 15),
    ("sl", "jaz in še dva", 3, 3),
    ("sl", "midva", 2, 2),
    ("sl", "od 10 do 20 zaposlenih", 10, 20),
    ("sl", "manj kot 10", 1, 9),
    ("nb", "fem og tyve", 25, 25),
    ("nb", "meg og to andre", 3, 3),
    ("nb", "mellom 10 og 20 ansatte", 10, 20),
    ("nb", "færre enn ti", 1, 9),
    ("fi", "10–20 henkeä", 10, 20),
    ("fi", "viidestä kymmeneen henkilöä", 5, 10),
    ("fi", "minä ja kaksi muuta", 3, 3),
    ("fi", "työntekijöitä on 40", 40, 40),
    ("fi", "parikymmentä työntekijää", 20, 20),
    ("pl", "od 10 do 20 osób", 10, 20),
    ("pl", "ja i dwóch innych", 3, 3),
    ("pl", "kilkanaście osób", 11, 19),
    ("pl", "25-osobowy zespół", 25, 25),
    ("pl", "jest nas ośmiu", 8, 8),
    ("pl", "jestem freelancerem", 1, 1),
    ("fi", "minä ja yhtiökumppani", 2, 2),
    ("nb", "bare meg og kompanjongen min", 2, 2),
    ("pl", "siedmioosobowy zespół", 7, 7),
    ("pl", "dwudziestopięcioosobowa firma", 25, 25),
    ("pl", "stuosobowa firma", 100, 100),
    ("pl", "kilkunastoosobowy zespół", 11, 19),
    ("fi", "viisihenkinen yritys", 5, 5),
    ("fi", "kymmenhenkinen tiimi", 10, 10),
    ("sl", "sedemčlanska ekipa", 7, 7),
    ("sl", "dvoclanski tim", 2, 2),
    ("nb", "en sjumannsbedrift", 7, 7),
    ("fi", "toista sataa työntekijää", 101, None),
    ("fi", "toista tuhatta", 1001, None),
    ("pl", "kilkuset pracowników", 200, 999),
    ("nb", "knappe 50 ansatte", 1, 49),
    ("nb", "drøyt 50", 51, None),
    ("sl", "dobrih 50 zaposlenih", 51, None),
    ("pl", "niespełna 50 osób", 1, 49),
    ("he", "כ-30 עובדים", 30, 30),
    ("he", "אני ועוד שניים", 3, 3),
    ("he", "בין חמש לעשר", 5, 10),
    ("he", "פחות מ-10", 1, 9),
    ("he", "רק אני", 1, 1),
]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "en formann"),
        ("nb", "flere ansatte"),
        ("sl", "bi vprašal nekaj"),
        ("nb", "en nordmannsbedrift"),
        ("pl", "wieloosobowy zespół"),
        ("pl", "pięciodwudziestoosobowy zespół"),
        ("fi", "ihanaa henkistä kasvua"),
    ],
)
def test_a_noun_behind_what_is_no_number_counts_nobody(language: str, text: str) -> None:
    assert people.parse(text, language=language) is None


@pytest.mark.parametrize(("language", "text", "low", "high"), COUNTS)
def test_reads_head_counts(language: str, text: str, low: int | None, high: int | None) -> None:
    parsed = people.parse(text, language=language)
    assert isinstance(parsed, Parsed)
    assert (parsed.value.min, parsed.value.max) == (low, high)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "budget is $500"),
        ("en", "3 months"),
        ("en", "at 15:30"),
        ("en", "we have 25 customers"),
        ("en", "I have one question"),
        ("en", "07700 900 982 but don't ring mornings"),
        ("sl", "moja je 040 123 456"),
        ("en", "hundreds"),
        ("sl", "50 evrov"),
        ("sl", "v treh mesecih"),
        ("nb", "vi er en liten bedrift"),
        ("pl", "20 tys. zł"),
        ("fi", "500 €"),
        ("he", "30 שקל"),
    ],
)
def test_counts_of_other_things_are_not_people(language: str, text: str) -> None:
    assert people.parse(text, language=language) is None


@pytest.mark.parametrize("text", ["minus 5", "0", "-3 people"])
def test_fewer_than_one_is_asked_back_without_a_choice(text: str) -> None:
    assert people.parse(text, language="en") == Unclear((), "negative")


def test_a_count_beyond_any_company_is_asked_back_with_itself() -> None:
    unclear = people.parse("99999999999", language="en")
    assert isinstance(unclear, Unclear)
    assert unclear.why == "too_large"
    assert [choice.value.min for choice in unclear.choices] == [99_999_999_999]


def test_named_people_are_surer_than_a_bare_number() -> None:
    named, bare = (people.parse(text, language="en") for text in ("25 employees", "25"))
    assert isinstance(named, Parsed)
    assert isinstance(bare, Parsed)
    assert named.confidence >= 0.9 > bare.confidence


def test_an_answer_among_others_is_found_with_its_place() -> None:
    text = "I'm Jane from Acme (retail, 40 people), we need a chatbot by June"
    parsed = people.parse(text, language="en")
    assert isinstance(parsed, Parsed)
    assert (parsed.value.min, text[parsed.start : parsed.end]) == (40, "40")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we have 4 clinics"),
        ("sl", "imamo 4 ordinacije"),
        ("he", "יש לנו 4 מרפאות"),
        ("fi", "meillä on 4 klinikkaa"),
        ("nb", "kjede med 4 tannklinikker"),
        ("pl", "mamy 4 kliniki"),
    ],
)
def test_a_count_of_something_unknown_is_of_people_only_where_they_were_asked_for(
    language: str, text: str
) -> None:
    found = people.parse(text, language=language)
    assert isinstance(found, Parsed)
    assert 0.35 <= found.confidence < 0.75


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we are 25 mostly in Oslo"),
        ("sl", "nas je 25 večinoma v Ljubljani"),
        ("he", "אנחנו 25 רובם בתל אביב"),
        ("fi", "meitä on 25 lähinnä Oulussa"),
        ("nb", "vi er 25 fordelt på tre byer"),
        ("pl", "jest nas 25 głównie w Łodzi"),
    ],
)
def test_what_is_told_of_the_people_makes_their_number_no_less_sure(
    language: str, text: str
) -> None:
    found = people.parse(text, language=language)
    assert isinstance(found, Parsed)
    assert found.confidence >= 0.9
