"""The page that tells a site's owners which lines to paste where; complete in itself, to be
printed or mailed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


def guide(site: Mapping[str, Any], *, host: str, line: str, pinned: str) -> str:
    """HTML without scripts and without anything from elsewhere.

    `site` has slug, name and allowed_origins; `host` is the bridge's public origin; `line` and
    `pinned` are what goes into a page.
    """
    page = _templates.get_template("embedding.html")
    return page.render(site=site, host=host, line=line, pinned=pinned)
