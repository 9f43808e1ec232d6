"""`usher settings`: every setting, what it is for and what it is now."""

from collections.abc import Iterator
from typing import Any

import typer
from pydantic import BaseModel, SecretStr

from crm_bridge.commands.work import AsJson, operator_settings, show_json
from crm_bridge.settings import Settings

app = typer.Typer()


@app.command()
def settings(as_json: AsJson = False) -> None:
    """Every setting with its default, its meaning and its present value; no secrets."""
    rows = list(described(Settings, operator_settings(), "USHER_"))
    if as_json:
        show_json(rows)
        return
    for row in rows:
        typer.echo(
            f"{row['name']:<38} {row['now']!s:<30} {row['what']} (default: {row['default']})"
        )


def described(model: type[BaseModel], present: BaseModel, prefix: str) -> Iterator[dict[str, Any]]:
    """Name, meaning, default and present value of each setting, groups spelled out."""
    for name, field in model.model_fields.items():
        value = getattr(present, name)
        if isinstance(value, BaseModel):
            yield from described(type(value), value, f"{prefix}{name.upper()}__")
            continue
        secret = isinstance(value, SecretStr)
        default = "none" if field.is_required() or secret else field.default
        yield {
            "name": f"{prefix}{name.upper()}",
            "what": field.description or "",
            "default": str(default),
            "now": ("set" if value else "not set") if secret else str(value),
        }
