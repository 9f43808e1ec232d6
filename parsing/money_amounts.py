"""Numbers of a message with their currency, and cents added to what they belong to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import islice

from parsing.currency import Currencies
from parsing.currency_words import Unit
from parsing.fold import Folded, fold_text
from parsing.lexicon import load
from parsing.number_bounds import Item, opens_range
from parsing.number_read import Number, scan
from parsing.number_words import grammar
from parsing.phrase import phrases

_HALF = Decimal("0.5")
_AHEAD = 80  # characters in which a unit is looked for
MOST_ARTICLES = 20  # looked at for "a dollar"
_COIN = re.compile(r" ?([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in folded offsets; `unit` is None where no currency was said."""

    item: Item
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class _Extras:
    coins: dict[str, Unit]
    join: frozenset[str]
    article: re.Pattern[str]
    filler: re.Pattern[str]


def amounts_in(folded: Folded, known: Currencies, *, language: str) -> list[Amount]:
    """The amounts of a folded message, in order, not overlapping."""
    return list(_amounts(folded, known, _extras(language), language))


def _amounts(folded: Folded, known: Currencies, extras: _Extras, language: str) -> Iterator[Amount]:
    """The numbers with their units; cents are added to what they belong to."""
    raw = _same_length(folded)
    numbers = scan(folded, language=language)
    numbers = sorted(
        numbers + _implied(folded.text, raw, numbers, known, extras), key=lambda one: one.start
    )
    waiting: Amount | None = None
    floor = 0
    for place, number in enumerate(numbers):
        limit = numbers[place + 1].start if place + 1 < len(numbers) else len(raw)
        amount = _amount(folded.text, raw, number, floor, limit, known, extras)
        if amount is None:
            continue
        floor = amount.item.end
        if waiting is not None:
            whole = _with_cents(folded.text, waiting, amount, extras, language)
            if whole is not None:
                yield whole
                waiting = None
                continue
            yield waiting
        waiting = amount
    if waiting is not None:
        yield waiting


def _amount(
    text: str, raw: str, number: Number, floor: int, limit: int, known: Currencies, extras: _Extras
) -> Amount | None:
    start, end, unit = number.start, number.end, None
    before = known.before(text, raw, start, floor)
    if before is not None:
        unit, start = before
    elif (
        after := known.after(
            text[: min(limit, number.end + _AHEAD)], raw, _behind(text, number, extras)
        )
    ) is not None:
        unit, end = after
    elif (coin := _coin(text, end, extras)) is not None:
        unit, end = coin
    if unit is None and text[start:end].rsplit(" ", 1)[-1] in extras.coins:
        if text.strip(" .!?") != text[start:end]:
            return None  # "a quarter of a year"
        unit = replace(extras.coins[text[start:end].rsplit(" ", 1)[-1]], factor=Decimal(1))
    if unit is None and number.glued:
        return None
    if unit is not None and unit.factor != 1:
        factor = unit.factor
        scale = factor if factor >= 100 and not unit.hundredth else number.scale
        number = replace(number, value=number.value * factor, scale=scale)
    elif unit is not None and number.other is not None and number.value < 10:
        number = replace(number, value=max(number.value, number.other))  # "€1.500"
    return Amount(Item(number, start, end), unit)


def _behind(text: str, number: Number, extras: _Extras) -> int:
    """The end of a number; the dot of an abbreviated scale belongs to it ("20 tys. zł"), and
    the "of" of a vague one ("a couple of dollars")."""
    if number.scale is not None and text.startswith(". ", number.end):
        return number.end + 1
    vague = extras.filler.match(text, number.end) if not number.digits else None
    return vague.end() if vague is not None else number.end


def _coin(text: str, at: int, extras: _Extras) -> tuple[Unit, int] | None:
    match = _COIN.match(text, at)
    if match is None or match[1] not in extras.coins:
        return None
    return extras.coins[match[1]], match.end()


def _with_cents(
    text: str, whole: Amount, part: Amount, extras: _Extras, language: str
) -> Amount | None:
    """ "20 dollars 43 cents", "to kr 23" """
    gap = text[whole.item.end : part.item.start].strip(" ")
    if whole.unit is None or whole.unit.hundredth or (gap and gap not in extras.join):
        return None
    if opens_range(text, whole.item.start, language=language):
        return None  # "between INR 15 and 20"
    number = part.item.number
    if part.unit is not None:
        if not part.unit.hundredth:
            return None
        cents = number.value
    else:
        behind = text[part.item.end : part.item.end + _AHEAD].strip(" ")
        if number.scale or (behind and behind[0] not in ".,!?;"):
            return None
        half = number.value == _HALF  # "3 שקלים וחצי", "3 evre in pol"
        if not half and not number.digits and (whole.item.number.digits or number.value < 10):
            return None  # "20 dollars one"
        cents = number.value if half else number.value / 100
    if not 0 < cents < 1 or whole.item.value != int(whole.item.value):
        return None
    both = replace(whole.item.number, value=whole.item.value + cents)
    return Amount(Item(both, whole.item.start, part.item.end), whole.unit)


def _implied(
    text: str, raw: str, numbers: list[Number], known: Currencies, extras: _Extras
) -> list[Number]:
    """One that is not said: "a dollar and 42 cents"; "שקל" or "quarter" as a whole message."""
    taken = {number.end for number in numbers}
    found: list[Number] = []
    for match in islice(extras.article.finditer(text), MOST_ARTICLES):
        unit = known.after(text, raw, match.end())
        free = match.end() not in taken and not any(
            one.start <= match.start() < one.end for one in numbers
        )
        if free and unit is not None and not re.match(r" ?[.,]?\d", text[unit[1] :]):
            found.append(Number(Decimal(1), match.start(), match.end()))
    said = text.strip(" .!?")
    if found or numbers or not said:
        return found
    article = extras.article.match(said)
    start = text.index(said) + (article.end() + 1 if article else 0)
    named = text[start:].rstrip(" .!?")
    long = len(named) > 2 or not named.isascii()  # "c", "rs" and "le" say nothing alone
    if named in extras.coins or (long and known.is_unit(named, raw[start:])):
        found.append(Number(Decimal(1), start, start))
    return found


def _same_length(folded: Folded) -> str:
    """The raw letters, one for each folded one, to tell capitals."""
    return "".join(folded.raw[start] for start in folded.starts)


@cache
def _extras(language: str) -> _Extras:
    entries, rules = load(language, "money"), grammar(language)
    join = {fold_text(form) for form in load(language, "number").get("join", ())}
    if rules.prefixes:
        join |= {rules.join_prefix, rules.join_prefix + "-"}
    return _Extras(
        coins={
            coin: Unit(entries["coins_of"], Decimal(str(value)), generic=True)
            for coin, value in entries.get("coins", {}).items()
        },
        join=frozenset(join),
        article=re.compile(phrases(rules.articles) if rules.articles else "(?!)"),
        filler=re.compile(rf" {phrases(rules.fillers)}" if rules.fillers else "(?!)"),
    )
