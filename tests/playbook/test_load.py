"""Every fault of a playbook file is told with its line and what to do, never a traceback."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.fault import Fault, PlaybookFaults
from playbook.load import LARGEST_CHARACTERS, load
from playbook.model import Limit
from tests.playbook.sources import CONSULTING, SMALL, consulting, line_of, small


def faults(source: str) -> tuple[Fault, ...]:
    with pytest.raises(PlaybookFaults) as raised:
        load(source, filename="p.yml")
    return raised.value.faults


def only(source: str) -> Fault:
    found = faults(source)
    assert len(found) == 1, [str(fault) for fault in found]
    return found[0]


def test_the_consulting_playbook_has_the_questions_that_others_rely_on() -> None:
    playbook = consulting()
    ids = [question.id for question in playbook.questions]
    assert ids == [
        *("need", "industry", "company_size", "budget", "timeline"),
        *("name", "company", "email", "phone"),
    ]
    optional = [question.id for question in playbook.questions if not question.required]
    assert optional == ["budget", "phone"]
    need, industry = playbook.question("need"), playbook.question("industry")
    assert [option.id for option in need.options] == [
        *("chatbot", "crm", "marketing_automation", "analytics", "data_quality", "other")
    ]
    assert [option.id for option in industry.options] == [
        *("retail", "manufacturing", "healthcare", "finance", "software", "logistics"),
        *("professional_services", "public_sector", "marketing", "other"),
    ]


def test_the_routes_name_the_demo_advisors() -> None:
    named = {advisor for route in consulting().routes for advisor in route.advisors}
    assert named == {"maja", "noam", "kari"}


def test_a_position_is_kept_for_each_part() -> None:
    source = CONSULTING.read_text(encoding="utf-8")
    line, _ = consulting().positions["questions.budget"]
    assert line == line_of(source, "- id: budget")


def test_a_money_limit_knows_the_rates_of_its_question() -> None:
    source = small(
        ("kind: people", "kind: money"),
        ("settings: {min: 1, max: 1000}", "settings: {currency: EUR, rates: {PLN: 0.2}}"),
        ("when: {need: crm}", "when: {size: {at_least: 500}}"),
    )
    rule = load(source, filename="p.yml").points[0]
    assert rule.when.tests == (("size", "at_least", Limit(500.0, "EUR", {"PLN": 0.2})),)


@pytest.mark.parametrize(
    ("before", "after", "at", "what", "hint"),
    [
        ("qualified_from:", "qualifyed_from:", "qualifyed_from", "unknown key", "qualified_from"),
        ("    kind: people", "    kind: peeple", "kind: peeple", "'peeple' is not known", "people"),
        ("{id: crm,", "{id: CRM,", "{id: CRM", "'CRM' is no id", "small letters"),
        ("when: {need: crm}", "when: {ned: crm}", "- {id: core", "no question 'ned'", "need"),
        ("when: {need: crm}", "when: {need: crn}", "- {id: core", "'crn' is not known", "crm"),
        (
            "when: {need: crm}",
            "when: {size: {is: 5}}",
            "- {id: core",
            "'is' does not fit 'size'",
            "at_least",
        ),
        (
            "when: {need: crm}",
            "when: {size: {atleast: 5}}",
            "- {id: core",
            "unknown comparison 'atleast'",
            "at_least",
        ),
        ("points: 20,", "points: twenty,", "- {id: core", "must be a whole number", ""),
        ("points: 20,", "points: 20000,", "- {id: core", "between -1000 and 1000", ""),
        ("languages: [en]", "languages: [xx]", "languages", "'xx' is not known", "en"),
        ("title: {en: Small}", "title: {de: Klein}", "title:", "not a language of this", "en"),
        ("title: {en: Small}", "title: {en: ''}", "title:", "is empty", "Write the text"),
        ("title: {en: Small}", "title: 5", "title:", "must be a mapping, not the number 5", ""),
        ("advisors: [maja]", "advisors: []", "- {id: all", "names no advisor", "advisors"),
        ("  not_fit:", "  notfit:", "  notfit:", "no outcome 'notfit'", "not_fit"),
        ("nearly: {say:", "nearly: {resource: book, say:", "  nearly: {", "no resource 'book'", ""),
        ("max: 1000}", "maximum: 1000}", "settings:", "unknown key", "max"),
        ('version: "1",', "", "consent:", "'version' is missing", "Add `version:`"),
        ("kind: people", "kind: people\n    required: maybe", "required:", "true or false", ""),
    ],
)
def test_a_fault_is_told_with_line_and_remedy(
    before: str, after: str, at: str, what: str, hint: str
) -> None:
    source = small((before, after))
    found = faults(source)
    told = [fault for fault in found if what in fault.what]
    assert told, [str(fault) for fault in found]
    assert told[0].line == line_of(source, at)
    assert told[0].file == "p.yml"
    assert hint in told[0].hint


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    source = small(("title: {en: Small}", "title: 5"), ("points: 20,", "points: x,"))
    lines = [fault.line for fault in faults(source)]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_two_questions_of_one_id_are_a_fault() -> None:
    fault = only(small(("  - id: name\n", "  - id: email\n")))
    assert "'email' stands there twice" in fault.what


def test_usher_keeps_its_own_question_ids() -> None:
    found = faults(small(("  - id: size", "  - id: meeting")))
    assert any("taken by Usher" in fault.what for fault in found)


def test_only_if_may_name_earlier_questions_alone() -> None:
    late = small(("    kind: option\n", "    kind: option\n    only_if: {size: {above: 5}}\n"))
    assert "no question 'size' here" in only(late).what
    early = small(("    kind: people\n", "    kind: people\n    only_if: {need: crm}\n"))
    assert load(early, filename="p.yml").question("size").only_if.tests == (("need", "is", "crm"),)


def test_a_choice_for_a_number_needs_its_value() -> None:
    options = "    options: [{id: few, title: {en: Few}}]\n    settings: {min: 1"
    fault = only(small(("    settings: {min: 1", options)))
    assert "'value' is missing" in fault.what


def test_a_resource_must_be_an_https_address() -> None:
    bad = "resources: {book: {title: {en: Book}, url: {en: 'http://x.y'}}}\nmeeting:"
    assert "is no https address" in only(small(("meeting:", bad))).what


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("a: [", 1, "not YAML"),
        ("", 1, "must be a mapping, not nothing"),
        ("- 1", 1, "must be a mapping, not a list"),
        ("name: x\nname: y\n", 2, "duplicate key"),
        ("name: x\n\ttitle: y\n", 2, "not YAML"),
        ("a: &x [1]\nb: *x\n", 2, "aliases"),
        ("[" * 400, 1, "nested deeper"),
        ("\x00", 1, "not YAML"),
        ("name: !!python/object:os.system x", 1, "name"),
        ("x" * (LARGEST_CHARACTERS + 1), 1, "characters"),
    ],
)
def test_what_is_no_playbook_at_all_is_told_plainly(source: str, line: int, what: str) -> None:
    found = faults(source)
    assert any(what in fault.what and fault.line == line for fault in found), list(map(str, found))


def test_a_fault_reads_as_file_line_column_what_and_hint() -> None:
    assert str(Fault("p.yml", 3, 7, "name: is empty", "Write it.")) == (
        "p.yml:3:7: name: is empty. Write it."
    )


def told(source: str) -> tuple[Fault, ...]:
    """The faults of a source, none where it can be read."""
    try:
        load(source, filename="p.yml")
    except PlaybookFaults as error:
        return error.faults
    return ()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.text(max_size=3))
def test_no_spoiling_of_the_text_ends_in_a_traceback(at: int, letters: str) -> None:
    assert all(fault.line >= 1 for fault in told(SMALL[:at] + letters + SMALL[at + 1 :]))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, SMALL.count("\n")))
def test_a_lost_line_never_ends_in_a_traceback(number: int) -> None:
    lines = SMALL.splitlines(keepends=True)
    assert all(fault.what for fault in told("".join(lines[:number] + lines[number + 1 :])))


def test_a_route_says_how_it_chooses_with_what_weights_and_for_how_long() -> None:
    playbook = load(
        small(
            (
                "{id: all, advisors: [maja]}",
                "{id: all, advisors: [maja, noam], choose: owner_first,"
                " weights: {noam: 3}, length_minutes: 45}",
            )
        ),
        filename="p.yml",
    )
    (route,) = playbook.routes
    assert (route.choose, route.weights, route.length_minutes) == ("owner_first", {"noam": 3}, 45)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("weights: {nom: 2}", "nom: the route has no advisor 'nom'"),
        ("weights: {noam: 0}", "noam: is 0, must be between 1 and 100"),
        ("weights: {noam: 2}, choose: all", "weights: mean nothing with `choose: all`"),
        ("choose: everybody", "choose: 'everybody' is not known here"),
        ("length_minutes: 3", "length_minutes: is 3, must be between 5 and 480"),
    ],
)
def test_a_fault_of_a_route_is_told_with_its_line(written: str, told: str) -> None:
    source = small(
        ("{id: all, advisors: [maja]}", f"{{id: all, advisors: [maja, noam], {written}}}")
    )
    fault = only(source)
    assert (fault.what, fault.line) == (told, line_of(source, "{id: all"))


def test_a_window_longer_than_calendars_are_known_for_is_refused() -> None:
    fault = only(SMALL.rstrip() + "\n  window_days: 150\n")
    assert fault.what == "window_days: is 150, but calendars are known 120 days ahead"
