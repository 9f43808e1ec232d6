"""As much of SOQL as a sync asks, read and answered over rows in memory."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+)|(?P<word>[A-Za-z_][\w.]*)|(?P<sign><=|>=|!=|[=<>(),]))"
)
_ESCAPES = {"n": "\n", "r": "\r"}

Test = Callable[[dict[str, Any]], bool]


class MalformedQuery(ValueError):
    """It is no SOQL that is understood here."""


@dataclass
class Query:
    fields: list[str]
    table: str
    where: Test
    order: list[str]
    limit: int | None
    asked: list[str]  # every field it names


def parsed(source: str) -> Query:
    return _Parser(source).query()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(source.rstrip()):
            found = _TOKEN.match(source, at)
            if found is None:
                raise MalformedQuery(f"unexpected token at {at}")
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()
        self.asked: list[str] = []

    def query(self) -> Query:
        self.word("SELECT")
        fields = self.names()
        self.word("FROM")
        table = self.take("word")
        where = self.either() if self.has("WHERE") else lambda _row: True
        order: list[str] = []
        if self.has("ORDER"):
            self.word("BY")
            order = self.names()
        limit = int(self.take("number")) if self.has("LIMIT") else None
        if self.tokens:
            raise MalformedQuery(f"unexpected token: {self.tokens[0][1]}")
        return Query(fields, table, where, order, limit, [*fields, *self.asked, *order])

    def names(self) -> list[str]:
        found = [self.take("word")]
        while self.has(","):
            found.append(self.take("word"))
        return found

    def either(self) -> Test:
        parts = [self.both()]
        while self.has("OR"):
            parts.append(self.both())
        return lambda row: any(part(row) for part in parts)

    def both(self) -> Test:
        parts = [self.one()]
        while self.has("AND"):
            parts.append(self.one())
        return lambda row: all(part(row) for part in parts)

    def one(self) -> Test:
        if self.has("("):
            inner = self.either()
            self.word(")")
            return inner
        field = self.take("word")
        self.asked.append(field)
        if self.has("IN"):
            self.word("(")
            values = [self.value()]
            while self.has(","):
                values.append(self.value())
            self.word(")")
            return lambda row: _folded(row.get(field)) in [_folded(one) for one in values]
        sign = self.take("sign")
        return _compared(field, sign, self.value())

    def value(self) -> Any:
        kind, said = self.tokens.pop(0)
        if kind == "text":
            return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), said[1:-1])
        if kind == "time":
            return datetime.fromisoformat(said)
        if kind == "number":
            return int(said)
        if said.lower() in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[said.lower()]
        raise MalformedQuery(f"unexpected token: {said}")

    def has(self, word: str) -> bool:
        if self.tokens and self.tokens[0][1].upper() == word and self.tokens[0][0] != "text":
            self.tokens.pop(0)
            return True
        return False

    def word(self, word: str) -> None:
        if not self.has(word):
            raise MalformedQuery(f"expecting {word}")

    def take(self, kind: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            raise MalformedQuery(f"expecting a {kind}")
        return self.tokens.pop(0)[1]


def _compared(field: str, sign: str, value: Any) -> Test:
    def test(row: dict[str, Any]) -> bool:
        have = row.get(field)
        if sign in ("=", "!="):
            return (_folded(have) == _folded(value)) == (sign == "=")
        if have is None or value is None:
            return False
        return bool(
            {"<": have < value, ">": have > value, "<=": have <= value, ">=": have >= value}[sign]
        )

    return test


def _folded(value: Any) -> Any:
    """SOQL compares texts without regard to case (ids aside, which differ anyway here)."""
    return value.lower() if isinstance(value, str) else value
