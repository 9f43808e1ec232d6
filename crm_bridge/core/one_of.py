"""`column IN (a list)` as one parameter, so that a prepared statement's text stays the same
however long the list is."""

import json
from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy import Boolean, ColumnElement, String, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator


class _Texts(TypeDecorator[Any]):
    """Texts as an array (PostgreSQL) or as JSON (SQLite)."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(String()))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Any) -> Any:
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class one_of(ColumnElement[bool]):
    """Whether `column` is among the texts given for the parameter `name`."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.texts = bindparam(name, type_=_Texts())

    def self_group(self, against: Any = None) -> Self:
        """As it is: SQLAlchemy would write `… = 1` on SQLite, which no index answers."""
        return self


@compiles(one_of, "sqlite")
def _on_sqlite(element: one_of, compiler: SQLCompiler, **more: Any) -> str:
    column = compiler.process(element.column, **more)
    texts = compiler.process(element.texts, **more)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - both are compiled SQL


@compiles(one_of, "postgresql")
def _on_postgresql(element: one_of, compiler: SQLCompiler, **more: Any) -> str:
    column = compiler.process(element.column, **more)
    texts = compiler.process(element.texts, **more)
    return f"{column} = ANY({texts})"
