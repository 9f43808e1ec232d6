"""The built files: the widget's loader and modules, the pages' styles and scripts.

Files come compressed beside themselves (.br, .gz) where the build made them so. A name
with a hash in it never changes and is cached for a year; the others are asked for again
each time and answered 304 by their ETag.
"""

import mimetypes
import re
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from crm_bridge.core.errors import NotFound

STATIC = Path(__file__).resolve().parent.parent / "static"
YEAR = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300, stale-while-revalidate=86400"
HASHED = re.compile(r"-[A-Z0-9]{8}\.")
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

router = APIRouter(include_in_schema=False)


def _chosen(path: Path, accepted: str) -> tuple[bytes, str | None]:
    names = {part.split(";")[0].strip() for part in accepted.split(",")}
    for name, suffix in ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if name in names and packed.is_file():
            return packed.read_bytes(), name
    return path.read_bytes(), None


def serve(request: Request, name: str) -> Response:
    """One file below static/, or NotFound; never a path outside it."""
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC) or not path.is_file() or path.suffix in {".br", ".gz"}:
        raise NotFound("there is no such file")
    body, encoding = _chosen(path, request.headers.get("Accept-Encoding", ""))
    etag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": YEAR if HASHED.search(path.name) else SHORT,
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        # the widget is loaded by other people's pages, modules with CORS
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers=headers)
    if encoding:
        headers["Content-Encoding"] = encoding
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(body, media_type=kind, headers=headers)


@router.get("/w.js")
def loader(request: Request) -> Response:
    """The widget's loader."""
    return serve(request, "w.js")


@router.get("/w/{name}")
def module(request: Request, name: str) -> Response:
    """A module of the widget."""
    return serve(request, f"w/{name}")


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """A style, script or picture of the bridge's own pages."""
    return serve(request, name)
