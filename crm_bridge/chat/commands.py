"""`usher site …`: the web sites that carry the chat, and the line each puts into its pages."""

from base64 import b64encode
from hashlib import sha384
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import identity, repository, sites
from crm_bridge.chat.guide import guide
from crm_bridge.chat.models import Site
from crm_bridge.commands.work import AsJson, fail, in_transaction, operator_settings, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.playbooks import service as playbooks
from crm_bridge.web.assets import STATIC

app = typer.Typer(help="The web sites that carry the chat.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="what data-site says, e.g. shop")]
Origins = Annotated[
    list[str] | None,
    typer.Option(
        "--origin",
        help="a page's origin, e.g. https://www.example.com or https://*.example.com; may be repeated; * is any",
    ),
]


@app.command()
def create(
    slug: Slug,
    origin: Origins = None,
    name: Annotated[str, typer.Option(help="as staff read it; the slug if left out")] = "",
    playbook: Annotated[str, typer.Option(help="the campaign that is talked")] = "consulting",
    language: Annotated[str, typer.Option(help="where the visitor's is not known")] = "en",
    timezone: Annotated[str, typer.Option(help="where the visitor's is not known, IANA")] = "UTC",
    as_json: AsJson = False,
) -> None:
    """Add a site and print the line for its pages."""

    async def work(session: AsyncSession, clock: Clock) -> dict[str, Any]:
        if await sites.exists(session, slug):
            raise sites.SiteInvalid(f"there is a site {slug} already: usher site change {slug}")
        await _check_playbook(session, playbook)
        site = await sites.create_site(
            session,
            slug,
            name=name or slug,
            allowed_origins=origin or [],
            playbook=playbook,
            default_language=language,
            timezone=timezone,
            now=clock.now(),
        )
        return _shown(site)

    _tell(in_transaction(work), as_json=as_json)


@app.command()
def change(
    slug: Slug,
    origin: Origins = None,
    name: Annotated[str | None, typer.Option(help="as staff read it")] = None,
    playbook: Annotated[str | None, typer.Option(help="for conversations from now on")] = None,
    language: Annotated[str | None, typer.Option(help="default language")] = None,
    timezone: Annotated[str | None, typer.Option(help="default zone, IANA")] = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given and leave the rest; --origin replaces the whole list."""

    async def work(session: AsyncSession, clock: Clock) -> dict[str, Any]:
        site = await _existing(session, slug)
        await _check_playbook(session, playbook or site.playbook)
        site = await sites.create_site(
            session,
            slug,
            name=name or site.name,
            allowed_origins=site.allowed_origins if origin is None else origin,
            playbook=playbook or site.playbook,
            default_language=language or site.default_language,
            timezone=timezone or site.timezone,
            now=clock.now(),
        )
        return _shown(site)

    _tell(in_transaction(work), as_json=as_json)


@app.command(name="list")
def list_sites(as_json: AsJson = False) -> None:
    """Every site with its origins and its playbook."""

    async def work(session: AsyncSession, _clock: Clock) -> list[dict[str, Any]]:
        return [_shown(site) for site in await repository.sites(session)]

    found = in_transaction(work)
    if as_json:
        show_json(found)
        return
    for site in found:
        typer.echo(f"{site['slug']:<16} {site['playbook']:<16} {site['name']}")
        for origin in site["allowed_origins"] or ["no page but the bridge's own"]:
            typer.echo(f"{'':<16} {origin}")


@app.command()
def embed(
    slug: Slug,
    pinned: Annotated[
        bool,
        typer.Option("--pinned", help="exactly this version, checked by the browser (integrity)"),
    ] = False,
    as_guide: Annotated[
        bool,
        typer.Option("--guide", help="a page to print, with lines for WordPress and the like"),
    ] = False,
) -> None:
    """Print the line for a site's pages, or a guide with every way to put it there."""

    async def work(session: AsyncSession, _clock: Clock) -> dict[str, Any]:
        return _shown(await _existing(session, slug))

    site = in_transaction(work)
    if not as_guide:
        typer.echo(_line(slug, pinned=pinned))
        return
    host = operator_settings().public_url.rstrip("/")
    typer.echo(guide(site, host=host, line=_line(slug), pinned=_line(slug, pinned=True)))


@app.command()
def secret(
    slug: Slug,
    renew: Annotated[bool, typer.Option("--renew", help="make a new one; the old ends")] = False,
) -> None:
    """Print the secret with which the site's server signs who a visitor is."""

    async def work(session: AsyncSession, _clock: Clock) -> int:
        site = await _existing(session, slug)
        site.identity_key_version += int(renew)
        return site.identity_key_version

    version = in_transaction(work)
    typer.echo(identity.site_secret(_secret_key(), slug, version=version))


@app.command()
def link(
    slug: Slug,
    email: Annotated[str, typer.Argument(help="to whom the link will be mailed, and nobody else")],
    page: Annotated[str, typer.Option(help="the page to open")],
) -> None:
    """Print a link that tells the chat who opens it, for a mail to that very address. It
    holds for a week; the page hands its #usher=… to usher.identify()."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        site = await _existing(session, slug)
        secret = identity.link_secret(_secret_key(), slug, version=site.identity_key_version)
        return identity.link_token(secret, email, site=slug, now=clock.now())

    typer.echo(f"{page.partition('#')[0]}#usher={in_transaction(work)}")


def _secret_key() -> str:
    key = operator_settings().secret_key.get_secret_value()
    if not key:
        fail("USHER_SECRET_KEY is not set here: the bridge derives the secrets of sites from it")
    return key


async def _existing(session: AsyncSession, slug: str) -> Site:
    site = await session.get(Site, slug)
    if site is None:
        raise sites.SiteUnknown(f"there is no site {slug}: usher site list")
    return site


async def _check_playbook(session: AsyncSession, name: str) -> None:
    """A site without a playbook would refuse every visitor."""
    await playbooks.latest(session, name)


def _shown(site: Site) -> dict[str, Any]:
    names = ("slug", "name", "allowed_origins", "playbook", "default_language", "timezone")
    return {name: getattr(site, name) for name in names}


def _line(slug: str, *, pinned: bool = False) -> str:
    host = operator_settings().public_url.rstrip("/")
    if not pinned:
        return f'<script async src="{host}/w.js" data-site="{slug}"></script>'
    (loader,) = (STATIC / "w").glob("loader-*.js")
    digest = b64encode(sha384(loader.read_bytes()).digest()).decode()
    return (
        f'<script async src="{host}/w/{loader.name}" integrity="sha384-{digest}" '
        f'crossorigin="anonymous" data-site="{slug}"></script>'
    )


def _tell(site: dict[str, Any], *, as_json: bool) -> None:
    line = _line(site["slug"])
    if as_json:
        show_json({**site, "embed": line})
        return
    if not site["allowed_origins"]:
        typer.echo("no page may use it yet: usher site change SLUG --origin https://…", err=True)
    typer.echo(line)
