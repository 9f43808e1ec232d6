"""Whether a message is answered, asked back about, or left alone. Pure.

A topic's evidence is the sum of what the words say (`retrieve`) and of what the bot made of
the message (`leaning`), in log odds that the message asks for this topic. Above ANSWERED,
and ahead of every other, it is answered; two that are near each other are asked back about:
"is it about price or privacy?" is better than a wrong answer. What does not look like a
question has to say much more. The weights were fitted by logistic regression over pairs of
message and topic (docs/decisions/0020).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_bridge.faq.entry import Entry
from crm_bridge.faq.retrieve import Index

LIKE, LEAD, NAMED, QUESTION, BIAS = 2.6, 3.4, 4.4, 4.4, -3.39
ANSWERED = 0.0  # log odds from which a message is answered
AHEAD = 0.7  # of the second topic, to be answered
LIKELY = -0.8  # log odds of a topic that a question is asked back about
NEAR = -1.6  # and of the second one that is named beside it
KNOWN = 1.0  # what it adds that the interview is sure of the topic

Leaning = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Decision:
    """The topic to answer by (`score` 0 to 1), or up to two to choose from, or neither."""

    entry: Entry | None = None
    score: float = 0.0
    choices: tuple[Entry, ...] = ()


def decide(index: Index, text: str, leaning: Leaning, *, topic: str | None = None) -> Decision:
    """What to do with a message. `leaning` holds the likeliest topics by the bot; of the
    others nothing is more likely than the last of these. `topic` is the interview's."""
    odds = _odds(index, text, leaning, topic)
    ordered = sorted(odds, key=lambda name: -odds[name])
    if not ordered:
        return Decision()
    first = ordered[0]
    second = odds[ordered[1]] if len(ordered) > 1 else -10.0
    enough = LIKELY if first == topic and second < NEAR else ANSWERED
    if odds[first] >= enough and odds[first] - second >= AHEAD:
        return Decision(index.topics[first], 1 / (1 + 2.718 ** -odds[first]))
    if not index.asks(text) or odds[first] < LIKELY:
        return Decision()
    if second < NEAR:
        return Decision()
    return Decision(choices=tuple(index.topics[name] for name in ordered[:2]))


def _odds(index: Index, text: str, leaning: Leaning, topic: str | None) -> dict[str, float]:
    alike, named = index.likeness(text), index.named(text)
    best = [*sorted(alike.values(), reverse=True)[:2], 0.0, 0.0]
    least = min(leaning.values(), default=0.0)
    base = BIAS + (QUESTION if index.asks(text) else 0.0)
    odds = {}
    for name in index.topics:
        like = alike.get(name, 0.0)
        lead = like - (best[1] if like == best[0] else best[0])
        odds[name] = (
            LIKE * like
            + LEAD * lead
            + NAMED * named.get(name, 0.0)
            + base
            + leaning.get(name, least)
            + (KNOWN if name == topic else 0.0)
        )
    return odds
