"""Whether a message is written the way names are: "Jane Doe", "Kivi Oy", "Petrol d.d.".

Asked for a name, people answer with one, and what the sentence model makes of a name is
of no use to anybody: it costs 20 ms and says `out_of_scope`. A message that begins with a
capital only because a sentence does ("Why that?", "Rather not") is none of these.
"""

from typing import Final

KINDS: Final = ("person", "company")  # questions whose answers are names
FEWEST_WORDS: Final = 2
MOST_WORDS: Final = 6
PARTICLES: Final = frozenset(
    "af av al ben bin da de del den der des di do du e el i in la le og of och oy san the und "
    "van von y z za &".split()
)


def name_like(text: str) -> bool:
    """True for two to six words: capitalised ones, and particles between or after them."""
    words = text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or any(sign in text for sign in "?!,;:"):
        return False
    first, *others = words
    return first[0].isupper() and all(_part_of_a_name(word) for word in others)


def _part_of_a_name(word: str) -> bool:
    legal_form = word.islower() and word.endswith(".")  # d.o.o., sp. z o.o.
    return word[0].isupper() or word in PARTICLES or legal_form
