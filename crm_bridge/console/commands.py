"""`usher user …`: who may sign in to the console."""

import asyncio
import secrets
from typing import Annotated

import typer

from crm_bridge.console import repository, service
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.errors import UsherError
from crm_bridge.settings import Settings

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)
