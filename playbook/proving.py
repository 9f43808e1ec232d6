"""An address was given: the visitor may prove it with a code, and is then asked only to confirm.

The offer and its words are the same whether the address is known to the house or not: nothing
here, and nothing that is asked for here, looks. The house sends the code and takes it; the
dialogue offers, waits, and goes on with whatever else the visitor says.
"""

from playbook.order import open_questions
from playbook.pending import wait_for
from playbook.turn import Turn

OFFER, CODE = "prove", "code"  # what waits: for a yes to the offer, for the code itself
SPARED = ("person", "company", "phone")  # kinds that a proved visitor need not type


def due(turn: Turn) -> bool:
    """Whether to offer it now: the playbook wants it, an address was just given, and there
    is still something to be spared."""
    if turn.playbook.prove != "offer" or turn.scene.identity == "verified" or turn.state.handed:
        return False
    email = turn.of_kind("email")
    given = email is not None and email.id in turn.changes and turn.value(email.id) is not None
    spared = any(question.kind in SPARED for question in open_questions(turn))
    return given and spared and "prove_offer" not in turn.state.spoken


def offer(turn: Turn) -> None:
    """Ask whether a code shall be sent."""
    turn.state.question = None
    wait_for(turn, OFFER)


def send(turn: Turn) -> None:
    """Yes to the offer: the house sends the code once the turn is stored."""
    email = turn.of_kind("email")
    turn.tell("code_wanted", question=email.id if email is not None else "email")
    wait_for(turn, CODE)


def waits(turn: Turn) -> bool:
    """Whether the offer or the code is waited for."""
    return (turn.state.pending or {}).get("kind") in (OFFER, CODE)


def let_go(turn: Turn) -> None:
    """The talk went on without it; a code that is typed later is still taken."""
    if waits(turn):
        turn.state.pending = None
