"""The first route that fits takes the visitor, and says why."""

from datetime import date

from crm_bridge.routing.route import RouteChoice, route
from playbook.model import Condition, Playbook, Route
from tests.crm_bridge.scoring.playbooks import CONSULTING_PLAYBOOK, answers, with_routes

TODAY = date(2026, 3, 11)
BIG = Condition((("company_size", "at_least", 50),))


def choose(playbook: Playbook, language: str, **values: object) -> RouteChoice:
    return route(playbook, answers(**values), language=language, today=TODAY)


def test_a_language_has_its_own_route() -> None:
    assert choose(CONSULTING_PLAYBOOK, "he").advisors == ("noam",)
    assert choose(CONSULTING_PLAYBOOK, "en").route == "everyone"


def test_the_first_route_whose_condition_holds_is_taken() -> None:
    playbook = with_routes(Route("big", BIG, ("maja",)), Route("rest", Condition(), ("kari",)))
    assert choose(playbook, "en", company_size={"min": 60, "max": 80}).route == "big"
    assert choose(playbook, "en", company_size={"min": 5, "max": 8}).route == "rest"


def test_every_route_passed_over_says_why() -> None:
    playbook = with_routes(
        Route("big", BIG, ("maja",)),
        Route("polish", Condition(), ("kari",), languages=("pl",)),
        Route("empty", Condition(), ()),
        Route("rest", Condition(), ("noam",)),
    )
    choice = choose(playbook, "en")
    assert [(reason.route, reason.taken) for reason in choice.reasons] == [
        ("big", False),
        ("polish", False),
        ("empty", False),
        ("rest", True),
    ]
    assert "pl" in choice.reasons[1].because


def test_nobody_may_fit() -> None:
    choice = choose(with_routes(Route("polish", Condition(), ("kari",), ("pl",))), "en")
    assert (choice.route, choice.advisors) == (None, ())
