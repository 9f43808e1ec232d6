"""FAQ files as they are read."""

from crm_bridge.faq.entry import LONGEST_ANSWER, Flaw, read_entry
from tests.crm_bridge.faq.makers import QUESTIONS, source


def flaws_of(text: str) -> tuple[Flaw, ...]:
    entry, flaws = read_entry(text)
    assert entry is None
    return flaws


def test_a_sound_file_is_an_entry() -> None:
    entry, flaws = read_entry(source(under="about", answer="Park **behind** the building."))
    assert flaws == ()
    assert entry is not None
    assert (entry.topic, entry.title, entry.under) == ("parking", "Parking", "about")
    assert entry.questions == QUESTIONS
    assert entry.answer == "Park behind the building."


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    entry, flaws = read_entry("\ufeff" + source().replace("\n", "\r\n"))
    assert flaws == ()
    assert entry is not None
    assert entry.answer == "Park behind the building."


def test_a_file_without_a_head_is_refused() -> None:
    assert [flaw.line for flaw in flaws_of("Just an answer.")] == [1]


def test_a_head_that_is_never_closed_is_refused() -> None:
    assert [flaw.line for flaw in flaws_of("---\ntopic: parking\n")] == [1]


def test_broken_yaml_is_named_with_its_line() -> None:
    flaws = flaws_of(source().replace("title: Parking", "title: Parking: here"))
    assert [flaw.line for flaw in flaws] == [3]


def test_an_unknown_key_is_named_with_its_line() -> None:
    flaws = flaws_of(source().replace("title: Parking", "title: Parking\ntags: [car]"))
    assert [flaw.line for flaw in flaws] == [4]
    assert "tags" in flaws[0].what


def test_a_topic_must_be_one_plain_word() -> None:
    assert [flaw.line for flaw in flaws_of(source(topic="Car Parking"))] == [2]


def test_too_few_questions_are_refused_where_they_begin() -> None:
    assert [flaw.line for flaw in flaws_of(source(questions=QUESTIONS[:5]))] == [4]


def test_the_same_question_twice_is_named_where_it_stands_again() -> None:
    flaws = flaws_of(source(questions=[*QUESTIONS, "where can i PARK?"]))
    assert [flaw.line for flaw in flaws] == [11]


def test_a_question_that_yaml_reads_as_something_else_is_named() -> None:
    flaws = flaws_of(source(questions=[*QUESTIONS, "2026"]))
    assert [flaw.line for flaw in flaws] == [11]


def test_a_missing_answer_is_named_below_the_head() -> None:
    flaws = flaws_of(source(answer=""))
    assert [flaw.line for flaw in flaws] == [12]


def test_markup_in_the_answer_is_named_with_the_line_of_the_file() -> None:
    flaws = flaws_of(source(answer="Fine.\n\n<b>not</b> fine"))
    assert [flaw.line for flaw in flaws] == [14]


def test_an_answer_longer_than_a_bubble_is_refused() -> None:
    assert "characters" in flaws_of(source(answer="x" * (LONGEST_ANSWER + 1)))[0].what


def test_every_flaw_is_told_at_once() -> None:
    flaws = flaws_of(source(topic="Car Parking", questions=QUESTIONS[:2], answer="# No"))
    assert [flaw.line for flaw in flaws] == [2, 4, 8]
