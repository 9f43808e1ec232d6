"""The application that an ASGI server runs: settings from the environment, nothing else."""

from crm_bridge.app import create_app
from crm_bridge.settings import Settings

app = create_app(Settings())
