"""Which topic a text asks about: rare words and pieces of words in common, and the words
that a file names for its topic. Pure.

Words are folded (case, diacritics), and pieces of three to five letters inside a word
stand beside them, so that inflection ("podatkih", "hinnoistanne", "בנתונים") and typing
errors still meet. Each counts by BM25's inverse document frequency; a text is compared
with every way a topic may be asked, and the likeness is the cosine of the two weighted
bags, between 0 and 1. (BM25's other half, term frequency and length, has nothing to say
about sentences in which every word stands once.) What the collection has never seen weighs
most, so a text about something else is unlike everything.

A file may name words that mean its topic ("terminat", "get out of"). One of them in the
text counts by how rare it is among all wordings: "Polish" tells more than "company".
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from crm_bridge.faq.asking import addresses
from crm_bridge.faq.entry import Entry
from parsing.fold import fold_text

THRESHOLDS: Mapping[str, float] = {
    "en": 0.45,
    "sl": 0.44,
    "he": 0.44,
    "fi": 0.45,
    "nb": 0.50,
    "pl": 0.46,
}
"""Where a likeness begins to be an answer, per language: of the messages in data/nlu that ask
nothing of the kind, three in a hundred lie above. Of questions in words that no file lists,
one in three do; the named words and the intent of a message bring most of the others."""

CAREFUL = 0.5  # of a language that was not measured
LONGEST_TEXT = 400  # characters of a message that are looked at
PIECE_LENGTHS = (3, 4, 5)
PIECE_WEIGHT = 0.35  # of a piece beside a whole word
NAMED = 0.42  # likeness with named words from which it is an answer
EACH_FURTHER = 0.15  # what a second named word adds to the first
WHOLE_WORD = 3  # letters up to which a named word must be the whole word
OPENING_WORDS = 2  # at the beginning of a text, in which a question's first word is looked for
FEWEST_OPENINGS = 2  # questions that begin with a word, for it to be a question's
ANSWER_WEIGHT = 0.8  # likeness to the answer's own sentences counts less than to a question

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"\S{1,80}@\S{1,80}|(?:https?://|www\.)\S{1,200}")
_SENTENCES = re.compile(r"(?<=[.!?;:])\s+")
_CLAUSES = re.compile(r"[.!?;,\n]+(?:\s|$)|\s[-–—]\s")

Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A topic and how alike the text is to it, 0 to 1."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class _Named:
    entry: Entry
    pattern: re.Pattern[str]
    worth: float


class Index:
    """The topics of one language, ready to be searched. Immutable."""

    def __init__(
        self, entries: Sequence[Entry], *, threshold: float = CAREFUL, language: str = ""
    ) -> None:
        self.threshold = threshold
        self._language = language
        raw = [(entry, _terms(text), weight) for entry in entries for text, weight in _texts(entry)]
        self._rarity = _rarity([terms for _, terms, _ in raw])
        self._unseen = log(1 + len(raw) + 0.5)
        self._owners = [entry.topic for entry, _, _ in raw]
        # term -> the wordings that have it, each with what it counts there
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for at, (_, terms, weight) in enumerate(raw):
            for term, value in self._weighted(terms).items():
                self._postings.setdefault(term, []).append((at, weight * value))
        self.topics: Mapping[str, Entry] = {entry.topic: entry for entry in entries}
        self._openings = _openings(entries)
        every = [_spaced(text) for _, text in _worded(entries)]
        self._named = [
            _Named(entry, pattern, self._worth(pattern, every))
            for entry in entries
            for pattern in map(_pattern, entry.words)
        ]

    def _worth(self, pattern: re.Pattern[str], every: Sequence[str]) -> float:
        """How much a named word tells, 0 to 1: its rarity among all wordings."""
        seen = sum(1 for text in every if pattern.search(text))
        return log(1 + (len(every) - seen + 0.5) / (seen + 0.5)) / self._unseen

    def answer(self, text: str, *, topic: str | None = None) -> Found | None:
        """The topic that a message asks about, or None when nothing fits well enough.

        A known `topic` is taken at its word (score 1.0), unless a topic under it is what
        the text is about, or the text has words of another and none of its own. An unknown
        one is left aside.
        """
        known = self.topics.get(topic or "")
        if known is None:
            found = self.best(text)
            if found and found.score >= self.threshold:
                return found
            named = self.by_words(text)
            return named if named and named.score >= NAMED else None
        family = [known, *(entry for entry in self.topics.values() if entry.under == topic)]
        found = self.best(text, among=[entry.topic for entry in family])
        if found and found.entry is not known and found.score >= self.threshold:
            return found
        named = self.by_words(text)
        if named is None or named.score < NAMED:
            return Found(known, 1.0)
        own = named.entry in family or not self._speaks_for(text, known)
        return named if own and named.entry is not known else Found(known, 1.0)

    def best(self, text: str, *, among: Iterable[str] | None = None) -> Found | None:
        """The most alike topic (out of `among`), however little; None when none is at all."""
        alike = self.likeness(text)
        topics = alike if among is None else alike.keys() & set(among)
        if not topics:
            return None
        topic = max(topics, key=lambda name: alike[name])
        return Found(self.topics[topic], alike[topic])

    def likeness(self, text: str) -> dict[str, float]:
        """How alike the text is to each topic, 0 to 1, without those that it is unlike.

        Each clause is tried alone as well: people answer and ask in one message.
        """
        alike: dict[str, float] = {}
        for clause in _clauses(text):
            cosines: dict[int, float] = {}
            for term, value in self._weighted(_terms(clause)).items():
                for at, counts in self._postings.get(term, ()):
                    cosines[at] = cosines.get(at, 0.0) + value * counts
            for at, score in cosines.items():
                topic = self._owners[at]
                alike[topic] = max(alike.get(topic, 0.0), min(score, 1.0))
        return alike

    def named(self, text: str) -> dict[str, float]:
        """How much the named words in the text tell of each topic that has any there."""
        said = _spaced(text)
        worths: dict[str, list[float]] = {}
        for named in self._named:
            if named.pattern.search(said):
                worths.setdefault(named.entry.topic, []).append(named.worth)
        return {
            topic: max(each) + EACH_FURTHER * (sum(each) - max(each))
            for topic, each in worths.items()
        }

    def asks(self, text: str) -> bool:
        """Whether a text looks like a question: by its mark, by its grammar, or by a word at
        its beginning with which the wordings of the collection begin."""
        if "?" in text or addresses(text[:LONGEST_TEXT], language=self._language):
            return True
        words = _WORD.findall(fold_text(text[:LONGEST_TEXT]))[:OPENING_WORDS]
        return not self._openings.isdisjoint(words)

    def by_words(self, text: str) -> Found | None:
        """The topic that named words speak for, with its likeness to the text counted in."""
        worths = self.named(text)
        if not worths:
            return None
        alike = self.likeness(text)
        scores = {topic: (worth + alike.get(topic, 0.0)) / 2 for topic, worth in worths.items()}
        topic = max(scores, key=lambda name: scores[name])
        return Found(self.topics[topic], min(scores[topic], 1.0))

    def _speaks_for(self, text: str, entry: Entry) -> bool:
        """Whether the text has a named word of the topic."""
        said = _spaced(text)
        return any(one.entry is entry and one.pattern.search(said) for one in self._named)

    def _weighted(self, terms: frozenset[str]) -> Bag:
        """The terms by their rarity, of length one altogether."""
        bag = {
            term: self._rarity.get(term, self._unseen) * (PIECE_WEIGHT if term[0] == "#" else 1.0)
            for term in terms
        }
        norm = sqrt(sum(value * value for value in bag.values())) or 1.0
        return {term: value / norm for term, value in bag.items()}


def _spaced(text: str) -> str:
    """The folded words with one space around each, addresses left out."""
    words = _WORD.findall(_ADDRESS.sub(" ", fold_text(text[:LONGEST_TEXT])))
    return f" {' '.join(words)} "


def _openings(entries: Sequence[Entry]) -> frozenset[str]:
    """Words with which several of the questions begin."""
    asked = (question for entry in entries for question in entry.questions if "?" in question)
    first = Counter(word for question in asked for word in _WORD.findall(fold_text(question))[:1])
    return frozenset(word for word, count in first.items() if count >= FEWEST_OPENINGS)


def _worded(entries: Sequence[Entry]) -> Iterable[tuple[Entry, str]]:
    return ((entry, text) for entry in entries for text, _ in _texts(entry))


def _pattern(word: str) -> re.Pattern[str]:
    """A beginning of a word, or the beginning of a phrase's last word. Hebrew words may
    have letters before them."""
    said = " ".join(_WORD.findall(fold_text(word)))
    hebrew = any("א" <= letter <= "ת" for letter in said)
    end = " " if len(said) <= WHOLE_WORD and not hebrew else ""
    return re.compile(f" {'[ובהלמכש]{0,2}' if hebrew else ''}{re.escape(said)}{end}")


def _texts(entry: Entry) -> Iterable[tuple[str, float]]:
    yield entry.title, 1.0
    for question in entry.questions:
        for sentence in _SENTENCES.split(question):
            yield sentence, 1.0
    for sentence in _SENTENCES.split(entry.answer):
        yield sentence, ANSWER_WEIGHT


def _clauses(text: str) -> list[str]:
    """The text whole and, where it has several, each of its clauses."""
    text = text[:LONGEST_TEXT]
    parts = [part for part in _CLAUSES.split(text) if part.strip()]
    whole = [text] if text.strip() else []
    return [*whole, *parts] if len(parts) > 1 else whole


def _terms(text: str) -> frozenset[str]:
    """Words, and pieces with "#" before them ("^" and "$" mark a word's ends)."""
    terms: set[str] = set()
    for word in _WORD.findall(fold_text(text)):
        terms.add(word)
        framed = f"^{word}$"
        for length in PIECE_LENGTHS:
            for start in range(len(framed) - length + 1):
                terms.add("#" + framed[start : start + length])
    return frozenset(terms)


def _rarity(bags: Sequence[frozenset[str]]) -> dict[str, float]:
    """BM25's inverse document frequency of every term."""
    seen = Counter(term for bag in bags for term in bag)
    return {
        term: log(1 + (len(bags) - count + 0.5) / (count + 0.5)) for term, count in seen.items()
    }
