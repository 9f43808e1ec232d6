"""Signing in and out of the console, and its faults as pages."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from crm_bridge.console import (
    conversation_pages,
    file_pages,
    hand_over_pages,
    meeting_pages,
    order_pages,
    repository,
    service,
)
from crm_bridge.console.render import page
from crm_bridge.console.signed_in import (
    COOKIE,
    FormFrom,
    FormTokenWrong,
    SignedIn,
    SignInNeeded,
    give_cookie,
    take_cookie,
)
from crm_bridge.core.errors import NotFound, TryLater
from crm_bridge.core.ids import token_hash
from crm_bridge.web.dependencies import Now, Transaction
from crm_bridge.web.problems import problem, status_of
from crm_bridge.web.rate_limit import RateLimit

HOME = "/console/meetings"

router = APIRouter(prefix="/console", include_in_schema=False)
router.include_router(meeting_pages.router)
router.include_router(conversation_pages.router)
router.include_router(file_pages.router)
router.include_router(hand_over_pages.router)
router.include_router(order_pages.router)


def _inside(path: str) -> str:
    """A path of the console, whatever was asked for: no way out by `next`."""
    return path if path.startswith("/console/") and "//" not in path and "\\" not in path else HOME


@router.get("")
def home(_person: SignedIn) -> Response:
    """The console begins with the meetings."""
    return RedirectResponse(HOME, status_code=303)


@router.get("/sign-in")
def sign_in_page(next: str = HOME) -> Response:
    """The form."""
    return page("sign_in.html", next=_inside(next), email="", fault="")


@router.post("/sign-in")
async def sign_in(
    request: Request,
    session: Transaction,
    now: Now,
    email: Annotated[str, Form(max_length=320)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form()] = HOME,
) -> Response:
    """Check the password; a wrong one shows the form again, too many make one wait."""
    try:
        limit: RateLimit = request.app.state.sign_in_limit
        limit.take(request.client.host if request.client else "", now)
        limit.take(email.strip().lower(), now)
        token = await service.sign_in(session, email, password, now=now)
    except service.WrongSignIn as wrong:
        return page(
            "sign_in.html",
            status=403,
            next=_inside(next),
            email=email,
            fault=f"{wrong.detail.capitalize()}.",
        )
    except TryLater as later:
        fault = f"Too many tries. Wait {round(later.retry_after_seconds) + 1} seconds."
        return page("sign_in.html", status=429, next=_inside(next), email=email, fault=fault)
    response = RedirectResponse(_inside(next), status_code=303)
    give_cookie(response, token)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, session: Transaction, _person: FormFrom) -> Response:
    """End this browser's sign-in."""
    await repository.forget_sign_in(session, token_hash(request.cookies[COOKIE]))
    response = RedirectResponse("/console/sign-in", status_code=303)
    take_cookie(response)
    return response


@router.get("/{path:path}")
def nothing_here(path: str, _person: SignedIn) -> Response:
    """Any other address, the last to be tried. Raises NotFound."""
    raise NotFound(f"there is no page /console/{path}")


def install(app: FastAPI) -> None:
    """Show the console's own faults as pages instead of problem documents."""

    @app.exception_handler(SignInNeeded)
    async def _sign_in(request: Request, _needed: SignInNeeded) -> Response:
        if request.headers.get("HX-Request"):  # a part of a page: lead the whole page away
            return Response(status_code=204, headers={"HX-Redirect": "/console/sign-in"})
        return RedirectResponse(f"/console/sign-in?next={request.url.path}", status_code=303)

    @app.exception_handler(FormTokenWrong)
    async def _form(_request: Request, wrong: FormTokenWrong) -> Response:
        return page("fault.html", status=403, title="Nothing was done", detail=wrong.detail)

    @app.exception_handler(hand_over_pages.HandOverRefused)
    async def _hand_over(_request: Request, refused: hand_over_pages.HandOverRefused) -> Response:
        detail = f"{refused.detail.capitalize()}."
        return page("fault.html", status=409, title="Nothing was done", detail=detail)

    @app.exception_handler(NotFound)
    async def _not_found(request: Request, missing: NotFound) -> Response:
        if not request.url.path.startswith("/console/"):
            return problem(status_of(missing), missing.code, missing.detail, **missing.data)
        detail = f"{missing.detail.capitalize()}."
        return page("fault.html", status=404, title="Not found", detail=detail)
