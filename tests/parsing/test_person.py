"""Names of persons: lead-ins, odd names, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import person
from parsing.lexicon import LANGUAGES

NAMES = [
    ("en", "Jane Doe", "Jane Doe"),
    ("en", "my name is Jane Doe", "Jane Doe"),
    ("en", "my name is jane doe and I work at Acme", "Jane Doe"),
    ("en", "I'm Jane from Acme (retail, 40 people), we need a chatbot by June", "Jane"),
    ("en", "Dr. Anne-Marie van der Berg", "Dr. Anne-Marie van der Berg"),
    ("en", "This is Jane Doe speaking.", "Jane Doe"),
    ("en", "Jane Doe jane@acme.io", "Jane Doe"),
    ("en", "anna smith", "Anna Smith"),
    ("en", "well I'm the office manager, Siobhan O'Neill", "Siobhan O'Neill"),
    ("sl", "jaz sem direktorica, Ana Novak", "Ana Novak"),
    ("nb", "jeg er daglig leder, Kari Nordmann", "Kari Nordmann"),
    ("pl", "jestem prezesem, Jan Nowak", "Jan Nowak"),
    ("en", "Helen here, hi", "Helen"),
    ("fi", "Kaisa tässä hei", "Kaisa"),
    ("nb", "Turid her hei", "Turid"),
    ("en", "Best regards, Tom Baker", "Tom Baker"),
    ("sl", "lp Ana Kos", "Ana Kos"),
    ("nb", "mvh Anne Strand", "Anne Strand"),
    ("fi", "terveisin Matti Meri", "Matti Meri"),
    ("fi", "T. Virtanen", "T. Virtanen"),
    ("pl", "pozdrawiam, Jan Kowalski", "Jan Kowalski"),
    ("he", "בברכה, דנה כהן", "דנה כהן"),
    ("en", "first name Tom, last name Baker", "Tom Baker"),
    ("en", "last name: baker first name: tom", "Tom Baker"),
    ("en", "I won't tell my last name, my name is Tom", "Tom"),
    ("en", "my last name is Baker", "Baker"),
    ("sl", "ime mi je Ana, pišem se Kos", "Ana Kos"),
    ("nb", "jeg heter Ola, etternavn Nordmann", "Ola Nordmann"),
    ("fi", "etunimi: Matti, sukunimi: Virtanen", "Matti Virtanen"),
    ("pl", "mam na imię Jan, nazwisko Wójcik", "Jan Wójcik"),
    ("he", "שמי דנה ושם המשפחה כהן", "דנה כהן"),
    ("en", "jean-luc o'brien", "Jean-Luc O'Brien"),
    ("en", "J. R. R. Tolkien", "J. R. R. Tolkien"),
    ("en", "Mark Friday", "Mark Friday"),
    ("en", "Will May", "Will May"),
    ("sl", "Maja Petek", "Maja Petek"),
    ("sl", "ime mi je Žiga Šušteršič", "Žiga Šušteršič"),
    ("sl", "sem Janez iz podjetja Lesna", "Janez"),
    ("nb", "Odd Even Mai", "Odd Even Mai"),
    ("nb", "Jeg er Ola fra Bedrift AS", "Ola"),
    ("nb", "hei, jeg heter Per", "Per"),
    ("fi", "nimeni on Matti Virtanen", "Matti Virtanen"),
    ("fi", "Minä olen Liisa", "Liisa"),
    ("pl", "nazywam się Jan Kowalski", "Jan Kowalski"),
    ("pl", "jestem Anna z firmy Acme", "Anna"),
    ("he", "קוראים לי דנה לוי", "דנה לוי"),
    ("he", "שלום כהן", "שלום כהן"),
    ("he", "אני דנה מחברת אקמי", "דנה"),
    ("he", 'ד"ר הלנה פורד', 'ד"ר הלנה פורד'),
    ("he", "זו ג'וליה סטון", "ג'וליה סטון"),
    ("pl", "mówcie mi Sam", "Sam"),
]


@pytest.mark.parametrize(("language", "text", "name"), NAMES)
def test_reads_names(language: str, text: str, name: str) -> None:
    parsed = person.parse(text, language=language)
    assert parsed is not None
    assert parsed.value == name


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "ostatni"),
        ("en", "I'd rather not say"),
        ("en", "why do you need my name?"),
        ("en", "what?"),
        ("en", "yes"),
        ("en", "hello"),
        ("en", "I'm interested in a chatbot"),
        ("en", "ok fair"),
        ("en", "fair enough"),
        ("en", "I'm looking for help, Data Quality"),
        ("fi", "selvä"),
        ("pl", "spoko"),
        ("en", "I'm done"),
        ("en", "I am the CEO"),
        ("en", "it's Monday"),
        ("en", "I'm Norwegian"),
        ("en", "my name is not Jane"),
        ("en", "we sell shoes"),
        ("en", "maybe later"),
        ("en", "jane@acme.io"),
        ("en", "25"),
        ("sl", "ne povem"),
        ("nb", "jeg heter ikke Kari"),
        ("nb", "jeg er interessert"),
        ("fi", "en halua kertoa"),
        ("fi", "Olen kiinnostunut chatbotista"),
        ("pl", "nie powiem"),
        ("pl", "jestem zainteresowany"),
        ("he", "מעדיף לא לומר"),
        ("he", "אני מעוניין בבוט"),
    ],
)
def test_refusals_questions_and_sentences_are_no_names(language: str, text: str) -> None:
    assert person.parse(text, language=language) is None


def test_a_name_that_is_also_a_command_is_doubtful() -> None:
    parsed = person.parse("Stop", language="en")
    assert parsed is not None
    assert parsed.confidence <= 0.5


def test_only_an_introduction_is_sure_without_having_been_asked() -> None:
    introduced = person.parse("I'm Jane", language="en")
    bare = person.parse("Jane Doe", language="en")
    assert introduced is not None
    assert bare is not None
    assert introduced.confidence >= 0.9 > bare.confidence


def test_capitals_as_typed_are_kept() -> None:
    for typed in ("JANE DOE", "Jane McDonald", "Jane van den Berg"):
        parsed = person.parse(typed, language="en")
        assert parsed is not None
        assert parsed.value == typed


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    parsed = person.parse(text, language=language)
    assert parsed is None or parsed.value.strip() == parsed.value != ""


@pytest.mark.parametrize("text", ["מה הכי מוקדם שיש", "עדיף מה שהיה", "מתי אפשר להיפגש"])
def test_hebrew_questions_without_a_mark_are_no_names(text: str) -> None:
    assert person.parse(text, language="he") is None


def test_a_hebrew_name_ends_where_the_address_is_announced() -> None:
    parsed = person.parse("קוראים לי רון שחר והמייל ron@example.com", language="he")
    assert parsed is not None
    assert parsed.value == "רון שחר"
