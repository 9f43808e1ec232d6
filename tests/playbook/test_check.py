"""A playbook that can be read must make sense too."""

import pytest

from playbook.check import check
from playbook.fault import Fault
from playbook.load import load
from playbook.reach import reachable_scores
from tests.playbook.sources import consulting, line_of, small


def checked(source: str) -> tuple[Fault, ...]:
    return check(load(source, filename="p.yml"))


def test_the_small_playbook_is_sound() -> None:
    assert checked(small()) == ()


def test_the_consulting_playbook_is_sound() -> None:
    assert [str(fault) for fault in check(consulting())] == []


def test_the_consulting_playbook_is_whole_in_six_languages() -> None:
    assert consulting().languages == ("en", "sl", "he", "fi", "nb", "pl")


@pytest.mark.parametrize(
    ("before", "after", "at", "what"),
    [
        ("languages: [en]", "languages: [en, fi]", "title:", "has no text in 'fi'"),
        ("[What do you need?, What is it about?]", "[Once?]", "ask: {en: [Once", "two different"),
        ("[Hello., Hi.]", "[]", "greeting:", "has no text in 'en'"),
        ("nearly_from: 10", "nearly_from: 30", "nearly_from", "is above qualified_from"),
        ("qualified_from: 20", "qualified_from: 90", "qualified_from", "nobody reaches 90"),
        ("  not_fit: {say: {en: Sorry.}}\n", "", "endings:", "nothing is said for 'not_fit'"),
        ("{id: all, advisors", "{id: all, languages: [en], advisors", "routes:", "to nobody"),
        ("advisors: [maja]", "advisors: [maja, maja]", "- {id: all", "an advisor twice"),
        ("    kind: email", "    kind: text", "questions:", "without an invitation"),
        (
            "{en: To write to you.}",
            "{en: To write to you.}\n    required: false",
            "questions:",
            "without an invitation",
        ),
    ],
)
def test_a_fault_of_sense_is_told_where_it_stands(
    before: str, after: str, at: str, what: str
) -> None:
    source = small((before, after))
    told = [fault for fault in checked(source) if what in fault.what]
    assert told, [str(fault) for fault in checked(source)]
    assert told[0].line == line_of(source, at)


def test_a_rule_that_can_never_hold_is_told() -> None:
    rule = "- {id: huge, when: {size: {above: 1000}}, points: 5, because: huge}\nqualified_from:"
    told = checked(small(("qualified_from:", f"  {rule}")))
    assert any("points.huge: can never hold" in fault.what for fault in told)


def test_a_disqualifier_that_ends_every_talk_is_told() -> None:
    rule = (
        "disqualifiers:\n"
        "  - {id: all, when: {size: not_answered}, outcome: not_fit, because: none}\n"
        "  - {id: none, when: {size: answered}, outcome: not_fit, because: some}\n"
        "endings:"
    )
    told = checked(small(("endings:", rule)))
    assert not any("can never hold" in fault.what for fault in told)
    both = small(("points: 20", "points: -5"), ("nearly_from: 10", "nearly_from: -9"))
    told = checked(both.replace("qualified_from: 20", "qualified_from: -9"))
    assert any("everybody qualifies" in fault.what for fault in told)


def test_a_route_behind_the_one_for_everybody_is_never_reached() -> None:
    more = "  - {id: all, advisors: [maja]}\n  - {id: late, advisors: [noam]}"
    told = checked(small(("  - {id: all, advisors: [maja]}", more)))
    assert any("routes.late: is never reached" in fault.what for fault in told)


def test_placeholders_must_be_the_same_in_every_language() -> None:
    source = small(
        ("languages: [en]", "languages: [en, fi]"),
        ("title: {en: Small}", "title: {en: 'Small {x}', fi: Pieni}"),
    )
    assert any("placeholders differ: {x}" in fault.what for fault in checked(source))


def test_an_opt_in_needs_its_version_and_words() -> None:
    told = checked(small(("nearly: {say:", "nearly: {ask_opt_in: true, say:")))
    assert {fault.what.split(": ", 1)[1] for fault in told} == {
        "the opt-in has no version",
        "has no text in 'en'",
    }


def test_a_second_address_question_is_told() -> None:
    told = checked(small(("kind: person", "kind: email"), ("id: name", "id: second")))
    assert any("is the second question of kind email" in fault.what for fault in told)


def test_scores_are_bounded_by_what_can_be_answered_together() -> None:
    least, most = reachable_scores(consulting())
    assert (least, most) == (-10, 105)
