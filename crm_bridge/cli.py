"""`usher`: the operators' command line.

Each domain brings its own commands. To add some, write

    crm_bridge/<domain>/commands.py
        app = typer.Typer(help="What the group is about.", no_args_is_help=True)

        @app.callback()
        def _group() -> None:
            \"\"\"Keeps a group a group while it has one command.\"\"\"

        @app.command()
        def list(...): ...

and name it in `COMMANDS`: word -> "module:attribute". A Typer with one command and no
callback becomes a plain command (`usher check`). A module is imported when its command is
called, or for --help, and may be named here before it exists. `commands.work` has the
settings, the transaction and the way to fail.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any, Final

import typer
import typer.core
import typer.main

COMMANDS: Final[Mapping[str, str]] = {
    "check": "crm_bridge.commands.check:app",
    "publish": "crm_bridge.playbooks.commands:app",
    "serve": "crm_bridge.commands.serve:app",
    "settings": "crm_bridge.commands.settings:app",
    "db": "crm_bridge.commands.database:app",
    "demo": "crm_bridge.demo.commands:app",
    "site": "crm_bridge.chat.commands:app",
    "user": "crm_bridge.console.commands:app",
    "key": "crm_bridge.web.commands:app",
    "advisor": "crm_bridge.calendars.commands:app",
    "openings": "crm_bridge.booking.commands:app",
    "routing": "crm_bridge.booking.ledger_commands:app",
    "property": "crm_bridge.properties.commands:app",
    "contacts": "crm_bridge.contacts.record_commands:app",
    "companies": "crm_bridge.companies.commands:app",
    "import": "crm_bridge.contacts.commands:importing",
    "scoring": "crm_bridge.routing.commands:app",
    "crm": "crm_bridge.sync.commands:app",
    "webhook": "crm_bridge.webhooks.commands:app",
    "person": "crm_bridge.privacy.commands:app",
    "export": "crm_bridge.privacy.export_commands:app",
}


def _root() -> None:
    """Usher on the command line: check and publish playbooks, keys, people, data."""


def there(target: str) -> bool:
    """Whether the module of a command was written."""
    module = target.partition(":")[0]
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package
        return False


class _Registered(typer.core.TyperGroup):
    """The commands of `COMMANDS`, imported when they are needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [word for word, target in COMMANDS.items() if there(target)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        target = COMMANDS.get(cmd_name)
        if target is None or not there(target):
            return None
        module, _, attribute = target.partition(":")
        return _command(cmd_name, getattr(importlib.import_module(module), attribute))


def _command(word: str, app: typer.Typer) -> Any:
    """A domain's Typer as a command of that name."""
    outer = typer.Typer(add_completion=False)
    is_group = app.registered_callback is not None or len(app.registered_commands) > 1
    if not is_group:
        outer.registered_commands.extend(app.registered_commands)
        command: Any = typer.main.get_command(outer)
        command.name = word
        return command
    outer.add_typer(app, name=word)
    outer.callback()(_root)
    group: Any = typer.main.get_command(outer)
    return group.commands[word]


app = typer.Typer(
    cls=_Registered,
    help="Usher on the command line: check and publish playbooks, keys, people, data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback()(_root)


def main() -> None:
    """The entry point of `usher`."""
    app()
