"""The page of the made-up company: `/demo`, or `/demo?lang=he` and the like."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.languages import direction
from crm_bridge.demo.texts import TEXTS

NAMES: Final = {
    "en": "English",
    "sl": "Slovenščina",
    "he": "עברית",
    "fi": "Suomi",
    "nb": "Norsk",
    "pl": "Polski",
}
# What a strict host page needs for the widget; the demo is one.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

router = APIRouter(include_in_schema=False)
templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


@router.get("/")
def root() -> Response:
    """A visitor of the bare address sees the demonstration."""
    return RedirectResponse("/demo", status_code=302)


@router.get("/demo")
def demo(request: Request, lang: str = "en") -> Response:
    """The page in one of the six languages; an unknown one is answered in English."""
    language = lang if lang in TEXTS else "en"
    html = templates.get_template("page.html").render(
        language=language, direction=direction(language), texts=TEXTS[language], names=NAMES
    )
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    return HTMLResponse(html, headers=headers)
