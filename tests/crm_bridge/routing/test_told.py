"""What was told is read line by line, in words, with the visitor's own beside them."""

from crm_bridge.routing.told import told
from tests.crm_bridge.records import WHOLE
from tests.crm_bridge.scoring.playbooks import CONSULTING_PLAYBOOK, Stored


def lines(language: str | None = None, **answers: Stored) -> list[str]:
    return [str(line) for line in told(CONSULTING_PLAYBOOK, answers, language=language)]


def test_values_are_said_in_words() -> None:
    said = lines(**{question: Stored(value) for question, value in WHOLE.items()})
    assert "What you need: Chatbot" in said
    (budget,) = [line for line in said if line.startswith("Budget: ")]
    assert "10,000" in budget
    assert "15,000" in budget
    assert any(line.endswith(": jane.doe@acme.io") for line in said)


def test_the_visitors_words_stand_beside_and_are_not_repeated() -> None:
    (line,) = lines(name=Stored("Jane Doe", text="it's Jane Doe"))
    assert line == "Name: Jane Doe (“it's Jane Doe”)"
    (line,) = lines(name=Stored("Jane Doe", text="Jane Doe"))
    assert line == "Name: Jane Doe"


def test_what_was_not_given_says_so() -> None:
    assert lines(budget=Stored(None, "declined")) == ["Budget: would not say"]
    assert lines(budget=Stored(None, "unknown")) == ["Budget: does not know"]


def test_another_language_and_an_unknown_question() -> None:
    assert lines("sl", need=Stored("other"))[0].endswith("Nekaj drugega")
    assert lines(shoe_size=Stored(43)) == ["Shoe_size: 43"]


def test_no_direction_marks_stay_in_a_line() -> None:
    (line,) = lines("he", phone=Stored("+972501234567"))
    assert not set(line) & set("\u2066\u2067\u2068\u2069\u200e\u200f")
