"""Where a file is asked for, one is an answer, "I have none" is one too, and words are not."""

import dataclasses

import pytest

from playbook.fault import PlaybookFaults
from playbook.load import load
from playbook.model import Question
from playbook.scene import Answered, Heard
from tests.playbook.sources import SMALL, consulting
from tests.playbook.world import Talk

WORDS = dict.fromkeys(("en", "sl", "he", "fi", "nb", "pl"), "brief")
FILE = {"file": "fil_1", "question": "brief", "name": "offer.pdf", "type": "pdf", "bytes": 1200}


def asked_for_a_file(language: str = "en", *, required: bool = False) -> Talk:
    question = Question(
        id="brief",
        kind="file",
        ask=dict.fromkeys(WORDS, ("brief?", "a brief?")),
        why=WORDS,
        help=WORDS,
        label=WORDS,
        required=required,
    )
    whole = consulting()
    playbook = dataclasses.replace(whole, questions=(*whole.questions, question))
    return Talk(language=language, playbook=playbook).at("brief")


def test_a_file_is_the_answer_and_the_talk_goes_on() -> None:
    talk = asked_for_a_file()
    turn = talk._turn(Heard(file=FILE))
    expected = {key: FILE[key] for key in ("file", "name", "type", "bytes")}
    assert talk.answers["brief"] == Answered(expected, "given", "offer.pdf")
    assert talk.question == "meeting"
    assert turn.said


def test_another_file_takes_the_place_of_the_first() -> None:
    talk = asked_for_a_file()
    talk._turn(Heard(file=FILE))
    talk._turn(Heard(file={**FILE, "file": "fil_2", "name": "better.pdf"}))
    assert talk.value("brief")["file"] == "fil_2"
    assert talk.question == "meeting"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I have none"),
        ("en", "I don't have one"),
        ("en", "no"),
        ("en", "skip"),
        ("en", "nothing to send"),
        ("sl", "nimam"),
        ("sl", "nimam datoteke"),
        ("sl", "ne"),
        ("he", "אין לי"),
        ("he", "אין לי קובץ"),
        ("he", "לא"),
        ("fi", "minulla ei ole"),
        ("fi", "ei ole tiedostoa"),
        ("fi", "ei"),
        ("nb", "jeg har ingen"),
        ("nb", "har ikke noen fil"),
        ("nb", "nei"),
        ("pl", "nie mam"),
        ("pl", "nie mam pliku"),
        ("pl", "nie"),
    ],
)
def test_having_none_is_an_answer(language: str, said: str) -> None:
    talk = asked_for_a_file(language)
    talk.say(said)
    assert talk.value("brief") == "declined"
    assert talk.question == "meeting"


def test_the_button_to_skip_it_is_there_and_works() -> None:
    talk = asked_for_a_file()
    assert "skip:brief" in talk.say("what?").payloads
    talk.press("skip:brief")
    assert talk.value("brief") == "declined"


def test_a_required_file_is_explained_once_and_then_let_go() -> None:
    talk = asked_for_a_file(required=True)
    assert "explain_why" in talk.say("I have none").tags
    assert talk.question == "brief"
    talk.say("I have none")
    assert talk.value("brief") == "declined"


def test_words_are_no_file() -> None:
    talk = asked_for_a_file()
    turn = talk.say("it is about our warehouse in Koper", intent="inform", confidence=0.4)
    assert talk.value("brief") is None
    assert turn.tags & {"reprompt", "rephrased_question"}
    talk._turn(Heard(file=FILE))
    assert talk.value("brief")["name"] == "offer.pdf"


def test_a_question_to_us_is_answered_and_the_file_asked_for_again() -> None:
    talk = asked_for_a_file()
    turn = talk.say("why do you need that?")
    assert "explain_why" in turn.tags
    assert talk.question == "brief"


FILE_QUESTION = """\
  - id: brief
    kind: file
    label: {en: brief}
    ask: {en: [Could you send us a brief?, A brief?]}
    why: {en: To read it before.}
    help: {en: A PDF.}
    settings: SETTINGS
  - id: name
"""


def _loaded(settings: str) -> Question:
    source = SMALL.replace("  - id: name\n", FILE_QUESTION.replace("SETTINGS", settings), 1)
    return load(source, filename="small.yml").question("brief")


def test_types_and_the_largest_size_are_settings() -> None:
    question = _loaded("{types: [pdf, docx], largest_mb: 5}")
    assert question.settings == {"types": ("pdf", "docx"), "largest_mb": 5}
    assert _loaded("{}").settings == {}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ("{types: [pfd]}", "pfd"),
        ("{types: []}", "empty"),
        ("{largest_mb: 500}", "500"),
        ("{largest: 5}", "largest"),
    ],
)
def test_a_fault_names_its_line(settings: str, what: str) -> None:
    with pytest.raises(PlaybookFaults) as faults:
        _loaded(settings)
    (fault,) = faults.value.faults
    line = 1 + SMALL.split("  - id: name\n")[0].count("\n") + 6
    assert (fault.file, fault.line) == ("small.yml", line)
    assert what in fault.what


def test_a_file_has_no_options() -> None:
    source = SMALL.replace(
        "  - id: name\n", FILE_QUESTION.replace("settings: SETTINGS", OPTIONS), 1
    )
    with pytest.raises(PlaybookFaults, match="options"):
        load(source, filename="small.yml")


OPTIONS = "options: [{id: a, title: {en: A}, value: a}, {id: b, title: {en: B}, value: b}]"
