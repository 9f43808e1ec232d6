"""The property that is there already, before the same one is added under another name. Pure.

Names are compared by their words, folded, with synonyms of the field and of our six
languages standing for one another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz

from parsing.fold import fold

NEAR_ENOUGH: Final = 88.0  # of 100, word order aside: "Compny size" and "Company size"
_APART: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_FILLERS: Final = frozenset(["the", "of", "a", "contact", "customer", "value", "field", "st"])
# One idea a line: English, Slovenian, Hebrew, Finnish, Norwegian, Polish.
_SAME: Final = (
    "phone telephone tel mobile cell telefon gsm טלפון puhelin mobil komorka",
    "email mail eposta eposti sahkoposti epost דואל",
    "company organisation organization account employer firm podjetje חברה yritys bedrift firma",
    "size headcount employees staff velikost zaposleni גודל עובדים koko henkilosto storrelse ansatte wielkosc pracownicy",
    "industry sector branch panoga dejavnost תחום toimiala bransje branza",
    "city town kraj mesto עיר kaupunki by miasto",
    "country nation drzava מדינה maa land kraj",
    "birthday birthdate dob birth rojstva rojstni הולדת syntymapaiva syntymaaika fodselsdato urodzenia",
    "title job position role naziv polozaj תפקיד titteli asema stilling stanowisko",
    "revenue turnover sales promet prihodki מחזור liikevaihto omsetning przychod obrot",
    "budget proracun תקציב budjetti budsjett budzet",
    "website web site url homepage spletna stran אתר verkkosivu nettside strona",
    "owner rep salesperson skrbnik אחראי omistaja eier wlasciciel opiekun",
    "source origin channel vir מקור lahde kilde zrodlo",
    "date datum תאריך paivamaara dato data",
    "address naslov כתובת osoite adresse adres",
    "language jezik שפה kieli sprak jezyk",
    "name ime שם nimi navn imie nazwa",
)
_IDEA: Final[Mapping[str, str]] = {
    word: words.split()[0] for words in _SAME for word in words.split()
}


def words_of(name: str) -> tuple[str, ...]:
    """The ideas in a name, in alphabetical order: "Št. zaposlenih" -> ("size",)."""
    plain = [fold(part).text for part in _APART.split(name) if part]
    ideas = {_idea(word) for word in plain if word and word not in _FILLERS}
    if "birthday" in ideas:  # the date of birth
        ideas.discard("date")
    return tuple(sorted(ideas))


def _idea(word: str) -> str:
    if word in _IDEA:
        return _IDEA[word]
    # inflected ("zaposlenih", "työntekijän"): a long common beginning is the same word
    for known, idea in _IDEA.items():
        if len(known) > 5 and len(word) > 5 and word[:-2] == known[: len(word) - 2]:
            return idea
    return word


def nearest(name: str, known: Mapping[str, Sequence[str]]) -> str | None:
    """The property among `known` (name -> its other names) that `name` most likely means,
    or None when it is a new one."""
    ideas = words_of(name)
    best, how_near = None, 0.0
    for candidate, others in known.items():
        for spelled in (candidate, *others):
            near = _nearness(ideas, words_of(spelled))
            if near > how_near:
                best, how_near = candidate, near
    return best if how_near >= NEAR_ENOUGH else None


def _nearness(one: Iterable[str], two: Iterable[str]) -> float:
    mine, theirs = " ".join(one), " ".join(two)
    if not mine or not theirs:
        return 0.0
    return 100.0 if mine == theirs else float(fuzz.ratio(mine, theirs))
