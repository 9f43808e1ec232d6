"""Every setting of the bridge: its default, its unit and what it is for.

Read once from the environment (prefix USHER_, groups joined by two underscores:
USHER_MAIL__HOST), from a .env file, and from var/secrets.env, where `make run` keeps the
secrets it made. Secrets have no default and are never logged.
"""

from datetime import datetime
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mail(BaseModel):
    """Where mail goes. Without a host, messages become .eml files in var/outbox/."""

    host: str = Field("", description="SMTP server; empty: write files instead")
    port: int = Field(587, description="its port")
    username: str = Field("", description="account, where the server wants one")
    password: SecretStr = Field(SecretStr(""), description="its password")
    tls: str = Field("starttls", pattern="^(none|starttls|tls)$", description="encryption")
    sender: str = Field("usher@localhost", description="From address; also the ORGANIZER")
    sender_name: str = Field("Usher", description="the name beside it")
    reps: str = Field("", description="addresses told of hand-overs, comma separated")
    timeout_seconds: float = Field(15.0, description="patience with the server")


class Chat(BaseModel):
    """The chat gateway."""

    bots: str = Field("http://127.0.0.1:5005", description="bot processes, comma separated")
    bot_timeout_seconds: float = Field(15.0, description="patience with one turn")
    longest_text: int = Field(2000, description="characters in one message")
    messages_per_minute: int = Field(40, description="per session")
    messages_per_minute_from_address: int = Field(1200, description="all sessions of an address")
    reads_per_minute: int = Field(240, description="of the event log, per session")
    sessions_per_minute: int = Field(30, description="per address")
    session_days: int = Field(30, description="how long a visitor may come back to a chat")


class Booking(BaseModel):
    """Openings, holds and bookings."""

    hold_minutes: int = Field(5, description="how long an opening is kept for a visitor")
    jitsi_url: str = Field("https://meet.jit.si", description="where video rooms are")
    holds_per_conversation: int = Field(20, description="holds one conversation may take a day")
    meetings_per_email: int = Field(20, description="coming meetings one mail address may have")
    changes_per_booking: int = Field(20, description="how often a meeting may be moved")


class Calendars(BaseModel):
    """Advisors' own calendars: how often they are read."""

    every_seconds: int = Field(60, description="between two reads of a calendar")
    feed_every_seconds: int = Field(300, description="between two reads of an ICS address")


class Google(BaseModel):
    """This installation as Google knows it (an OAuth client of kind "web application")."""

    client_id: str = Field("", description="of the OAuth client; empty: no Google calendars")
    client_secret: SecretStr = Field(SecretStr(""), description="its secret")
    authorize_url: str = Field(
        "https://accounts.google.com/o/oauth2/v2/auth", description="where advisors consent"
    )
    token_url: str = Field("https://oauth2.googleapis.com/token", description="where tokens are")
    api_url: str = Field("https://www.googleapis.com/calendar/v3", description="the Calendar API")


class Microsoft(BaseModel):
    """This installation as Microsoft Entra knows it (an app registration)."""

    client_id: str = Field("", description="of the app; empty: no Microsoft calendars")
    client_secret: SecretStr = Field(SecretStr(""), description="its secret")
    authorize_url: str = Field(
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        description="where advisors consent",
    )
    token_url: str = Field(
        "https://login.microsoftonline.com/common/oauth2/v2.0/token", description="where tokens are"
    )
    api_url: str = Field("https://graph.microsoft.com/v1.0", description="Graph")


class Egress(BaseModel):
    """Requests to addresses that people gave us: calendars, webhooks."""

    private_hosts: str = Field(
        "", description="servers of one's own that may be asked, name or name:port, comma separated"
    )

    @property
    def allowed(self) -> tuple[str, ...]:
        """The names, apart."""
        return tuple(each.strip() for each in self.private_hosts.split(",") if each.strip())


class Zoom(BaseModel):
    """Zoom's API: a server-to-server OAuth app of one's own account."""

    account_id: str = Field("", description="Account ID of the app")
    client_id: str = Field("", description="Client ID of the app")
    client_secret: SecretStr = Field(SecretStr(""), description="Client secret of the app")
    user: str = Field("", description="whose meetings they are; empty: the advisor's address")
    api_url: str = Field("https://api.zoom.us", description="the API (tests)")
    token_url: str = Field("https://zoom.us/oauth/token", description="where tokens come from")
    timeout_seconds: float = Field(15.0, description="patience with one call")


class Video(BaseModel):
    """Where meetings are held."""

    provider: str = Field(
        "jitsi",
        pattern="^(jitsi|zoom|calendar|none)$",
        description="jitsi, zoom, calendar (Meet or Teams, by the advisor's calendar) or none",
    )
    zoom: Zoom = Zoom()


class Durable(BaseModel):
    """Work that goes on after the death of its process (calendar entries, mails, reminders)."""

    database_url: str = Field(
        "",
        description="where works are kept; empty: the bridge's PostgreSQL, else var/durable.sqlite;"
        " memory: for tests alone",
    )
    name: str = Field("bridge", description="of this machine's processes; another on each machine")


class Enrichment(BaseModel):
    """Facts about companies from outside. Nobody is asked unless named here."""

    registers: str = Field(
        "",
        pattern=r"^(\s*(NO|FI|PL|IL|EU|LEI)\s*(,|$))*$",
        description="which may be asked, comma separated: NO, FI, PL, IL, EU (VIES), LEI (GLEIF)",
    )
    sellers: str = Field(
        "", description="sources of bought data, package.module:make, comma separated"
    )
    again_days: int = Field(180, ge=1, description="when the same is asked again")

    @property
    def asked(self) -> tuple[str, ...]:
        """The registers, apart."""
        return tuple(each.strip() for each in self.registers.split(",") if each.strip())

    @property
    def bought(self) -> tuple[str, ...]:
        """The sellers, apart."""
        return tuple(each.strip() for each in self.sellers.split(",") if each.strip())


class Files(BaseModel):
    """Files that visitors upload where a playbook asks for one."""

    most_per_conversation: int = Field(10, description="files in one conversation")
    scan_command: str = Field(
        "",
        description="an antivirus: run with the file's path behind it; exit 0 clean, 1 found"
        " (clamdscan --fdpass --no-summary); empty: none",
    )


class Privacy(BaseModel):
    """How long data of people is kept, in days; 0 is for ever."""

    conversations_days: int = Field(730, ge=0, description="since the last word said in one")
    leads_days: int = Field(0, ge=0, description="contacts that never became more than a lead")
    news_days: int = Field(90, ge=0, description="events that every handler has had")


class Settings(BaseSettings):
    """The bridge's settings. `var` holds everything that is not code."""

    model_config = SettingsConfigDict(
        env_prefix="USHER_",
        env_nested_delimiter="__",
        # the secrets that `make run` made, so that commands find them too
        env_file=("var/secrets.env", ".env"),
        extra="ignore",
    )

    now: datetime | None = Field(None, description="start every clock at this instant (tests)")
    var: Path = Field(Path("var"), description="folder of databases, outbox and models")
    data: Path = Field(Path("data"), description="folder of playbooks, texts and FAQ")
    database_url: str = Field("", description="empty: SQLite in var/usher.sqlite")
    public_url: str = Field("http://127.0.0.1:8000", description="as visitors reach the bridge")
    trusted_proxies: str = Field(
        "", description="addresses or networks whose X-Forwarded-For is believed, comma separated"
    )
    actions_url: str = Field("http://127.0.0.1:5055", description="the action server")
    internal_key: SecretStr = Field(description="shared by the bridge and the action server")
    secret_key: SecretStr = Field(description="signs cookies and links")
    egress: Egress = Egress()
    calendars: Calendars = Calendars()
    google: Google = Google()
    microsoft: Microsoft = Microsoft()
    mail: Mail = Mail()
    chat: Chat = Chat()
    booking: Booking = Booking()
    files: Files = Files()
    privacy: Privacy = Privacy()
    enrichment: Enrichment = Enrichment()
    video: Video = Video()
    durable: Durable = Durable()

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.var / 'usher.sqlite'}"

    @cached_property
    def bots(self) -> tuple[str, ...]:
        """The base URLs of the bot processes."""
        return tuple(url.strip() for url in self.chat.bots.split(",") if url.strip())
