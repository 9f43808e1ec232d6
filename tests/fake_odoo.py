"""Odoo's External JSON-2 API as its documentation tells it, in memory.

One transaction a call; `load` takes all rows or none, under external ids; errors carry the
exception's name and an HTTP status (422 a refusal, 404 a missing record, 500 nonsense);
false stands for nothing; timestamps are kept in microseconds and shown and compared in
seconds; archived records are shown to who asks for them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fake_crm import EMAIL, FakeCrm, Row

TYPES = {
    "res.partner": {
        **dict.fromkeys(("name", "email", "email_normalized", "phone", "website"), "char"),
        **dict.fromkeys(("lang", "x_usher_marketing"), "selection"),
        **dict.fromkeys(("is_company", "active"), "boolean"),
        "parent_id": "many2one",
    },
    "crm.lead": {
        **dict.fromkeys(("name", "type"), "char"),
        "expected_revenue": "monetary",
        **dict.fromkeys(("stage_id", "partner_id"), "many2one"),
        "active": "boolean",
        "date_deadline": "date",
    },
}
_FORMAT = "%Y-%m-%d %H:%M:%S"


class Refused(Exception):
    """An exception of Odoo's: its name, its HTTP status, what it says."""

    def __init__(self, name: str, status: int, said: str) -> None:
        super().__init__(said)
        self.name, self.status = name, status


@dataclass
class FakeOdoo(FakeCrm):
    """See `FakeCrm`. `external` is (model, external id) -> id; `fault` an exception that
    every write meets."""

    token: str = "key"
    fault: str = ""
    external: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/json/2/{model}/{method}", self.call, methods=["POST"]),
                Route("/doc-bearer/{model}.json", self.document),
            ]
        )

    def new_id(self, table: str) -> str:
        return str(self.number)

    def cleaned(self, table: str, fields: dict[str, Any]) -> dict[str, Any]:
        kept = {name: False if value in (None, "") else value for name, value in fields.items()}
        for name, value in kept.items():
            if TYPES[table].get(name) in ("monetary", "float") and value is not False:
                kept[name] = float(value)
        if "email" in kept and table == "res.partner":
            kept["email_normalized"] = kept["email"] and kept["email"].strip().lower()
        return kept

    def delete(self, table: str, record_id: str) -> None:
        del self.tables[table][record_id]

    def unsigned(self) -> Response:
        return _error(Refused("werkzeug.exceptions.Unauthorized", 401, "Invalid apikey"))

    def told_to_rest(self) -> Response:
        return Response("too many requests", status_code=429, headers={"retry-after": "1"})

    async def document(self, request: Request) -> Response:
        """What a client reads to learn the names of a method's arguments."""
        if (refused := await self.gate(request)) is not None:
            return refused
        of_model = {
            "create": ["vals_list"],
            "search": ["domain", "offset", "limit", "order"],
            "search_read": ["domain", "fields", "offset", "limit", "order"],
            "load": ["fields", "data"],
        }
        of_records = {"read": ["fields", "load"], "write": ["vals"], "unlink": []}
        methods = {
            **{
                n: {"parameters": {key: {} for key in p}, "api": ["model"]}
                for n, p in of_model.items()
            },
            **{n: {"parameters": {key: {} for key in p}, "api": []} for n, p in of_records.items()},
        }
        return JSONResponse({"methods": methods})

    async def call(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        await asyncio.sleep(0)
        model, method = request.path_params["model"], request.path_params["method"]
        body = await request.json()
        context = body.pop("context", {})
        calls: dict[str, Callable[..., Any]] = {
            "fields_get": self._fields_get,
            "search_read": lambda m, **b: self._search_read(m, context, **b),
            "search": lambda m, **b: [r["id"] for r in self._search_read(m, context, **b)],
            "read": self._read,
            "get_external_id": self._get_external_id,
            "load": self._load,
            "create": self._create,
            "write": self._write,
            "unlink": self._unlink,
        }
        try:
            if model not in TYPES or method not in calls:
                raise Refused("werkzeug.exceptions.NotFound", 404, f"no {model}.{method}")
            answer = JSONResponse(calls[method](model, **body))
        except Refused as fault:
            return _error(fault)
        except (TypeError, ValueError) as fault:
            return _error(Refused(f"builtins.{type(fault).__name__}", 500, str(fault)))
        changes = method in ("load", "create", "write", "unlink")
        return self.answered(answer) if changes else answer

    def _fields_get(
        self, model: str, *, allfields: list[str] | None = None, attributes: Any = None
    ) -> dict[str, Any]:
        names = allfields if allfields is not None else list(TYPES[model])
        return {name: {"type": TYPES[model][name]} for name in names if name in TYPES[model]}

    def _search_read(
        self,
        model: str,
        context: dict[str, Any],
        *,
        domain: list[Any] | None = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str = "id",
    ) -> list[dict[str, Any]]:
        rows = list(self.table(model).values())
        domain = list(domain or [])
        if context.get("active_test", True) and not any(one[0] == "active" for one in domain):
            domain.append(["active", "=", True])
        read = [(name, sign, _read(name, value)) for name, sign, value in domain]
        rows = [row for row in rows if all(_fits(model, row, *one) for one in read)]
        for name in reversed([part.strip() for part in order.split(",")]):
            rows.sort(key=lambda row: int(row.id) if name == "id" else row.modified)
        end = None if limit is None else offset + limit
        return [_shown(model, row, fields) for row in rows[offset:end]]

    def _read(self, model: str, *, ids: list[int], fields: list[str]) -> list[dict[str, Any]]:
        return [_shown(model, self._there(model, one), fields) for one in ids]

    def _there(self, model: str, record_id: int) -> Row:
        row = self.table(model).get(str(record_id))
        if row is None:
            said = "Record does not exist or has been deleted."
            raise Refused("odoo.exceptions.MissingError", 404, said)
        return row

    def _get_external_id(self, model: str, *, ids: list[int]) -> dict[str, str]:
        names = {i: name for (of, name), i in self.external.items() if of == model}
        return {str(one): names.get(str(one), "") for one in ids}

    def _load(self, model: str, *, fields: list[str], data: list[list[str]]) -> dict[str, Any]:
        rows = [dict(zip(fields, one, strict=True)) for one in data]
        messages, ready = [], []
        for number, row in enumerate(rows):
            name = row.pop("id")
            try:
                ready.append((name, _converted(model, row)))
                self._checked(model, ready[-1][1])
            except Refused as fault:
                said = {"type": "error", "message": str(fault), "record": number}
                messages.append({**said, "rows": {"from": number, "to": number}})
        if messages:
            return {"ids": False, "messages": messages, "nextrow": 0}
        ids = []
        for name, vals in ready:
            known = self.external.get((model, name))
            known = known if known in self.table(model) else None
            self.writes += 1
            row_id = self.save(model, known, vals if known else {**_fresh(model), **vals}).id
            self.external[model, name] = row_id
            ids.append(int(row_id))
        return {"ids": ids, "messages": [], "nextrow": 0}

    def _create(self, model: str, *, vals_list: Any) -> Any:
        many = vals_list if isinstance(vals_list, list) else [vals_list]
        for vals in many:
            self._checked(model, vals)
        self.writes += len(many)
        return [int(self.save(model, None, {**_fresh(model), **vals}).id) for vals in many]

    def _write(self, model: str, *, ids: list[int], vals: dict[str, Any]) -> bool:
        if self.fault:
            raise Refused(self.fault, 500, "fault")
        rows = [self._there(model, one) for one in ids]
        self._checked(model, {**rows[0].fields, **vals})
        for row in rows:
            self.writes += 1
            self.save(model, row.id, vals)
        return True

    def _unlink(self, model: str, *, ids: list[int]) -> bool:
        for row in [self._there(model, one) for one in ids]:
            self.delete(model, row.id)
        return True

    def _checked(self, model: str, vals: dict[str, Any]) -> None:
        for name in vals:
            if name not in TYPES[model]:
                raise ValueError(f"Invalid field {name!r} in {model!r}")
        if not vals.get("name"):
            raise Refused("odoo.exceptions.ValidationError", 422, "Contacts require a name")
        email = vals.get("email")
        if email and not EMAIL.fullmatch(email.strip()):  # a house's own constraint
            raise Refused("odoo.exceptions.ValidationError", 422, f"Invalid email {email}")

    def put(self, table: str, *, at: datetime | None = None, **fields: Any) -> str:
        key = fields.pop("key", None)
        made = super().put(table, at=at, **{**_fresh(table), **fields})
        if key:
            self.external[table, f"usher.{key}"] = made
        return made


def _fresh(model: str) -> dict[str, Any]:
    empty = {n: k == "boolean" and n == "active" for n, k in TYPES[model].items()}
    return {name: value for name, value in empty.items() if name != "email_normalized"}


def _converted(model: str, row: dict[str, str]) -> dict[str, Any]:
    vals: dict[str, Any] = {}
    for column, cell in row.items():
        name, _, way = column.partition("/")
        kind = TYPES[model].get(name)
        if kind is None:
            raise ValueError(f"Invalid field {name!r} in {model!r}")
        if kind == "many2one" and way != ".id":
            raise Refused("odoo.exceptions.ValidationError", 422, f"No matching record for {name}")
        vals[name] = cell or False
        if kind == "boolean":
            vals[name] = cell == "1"
        elif kind == "many2one" and cell:
            vals[name] = int(cell)
    return vals


def _shown(model: str, row: Row, names: list[str] | None) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": int(row.id)}
    for name in names if names is not None else list(TYPES[model]):
        if name in ("write_date", "create_date"):
            shown[name] = row.modified.astimezone(UTC).strftime(_FORMAT)
            continue
        if name not in TYPES[model]:
            raise ValueError(f"Invalid field {name!r} on {model!r}")
        value = row.fields.get(name, False)
        is_pair = TYPES[model][name] == "many2one" and value
        shown[name] = [value, f"#{value}"] if is_pair else value
    return shown


def _read(name: str, value: Any) -> Any:
    """A value of a domain as it is compared."""
    if name != "write_date":
        return set(value) if isinstance(value, list) else value
    return datetime.strptime(value, _FORMAT).replace(tzinfo=UTC)


def _fits(model: str, row: Row, name: str, sign: str, value: Any) -> bool:
    if name == "id":
        have: Any = int(row.id)
    elif name == "write_date":
        have = row.modified
    elif name in TYPES[model]:
        have = row.fields.get(name, False)
    else:
        raise ValueError(f"Invalid field {model}.{name} in condition")
    if sign == "in":
        return have in value
    signs = {"=": have == value, "!=": have != value}
    if sign in signs:
        return bool(signs[sign])
    return bool({">": have > value, "<": have < value, ">=": have >= value}[sign])


def _error(fault: Refused) -> JSONResponse:
    body = {"name": fault.name, "message": str(fault), "arguments": [str(fault)], "context": {}}
    return JSONResponse({**body, "debug": "Traceback…"}, status_code=fault.status)
