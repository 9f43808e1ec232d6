"""The hands of the actions over a bridge in memory."""

from collections import OrderedDict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.base import Hands
from actions.bridge import Bridge
from actions.words import ButtonWords
from tests.actions.house import KEY, House
from tests.crm_bridge.chat.serving import served
from tests.playbook.sources import consulting

TEXTS = Path(__file__).resolve().parents[2] / "data" / "texts"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def bridge(house: House) -> AsyncIterator[Bridge]:
    async with served(house.app()) as server, Bridge(server.url, KEY) as made:
        yield made


@pytest.fixture(scope="session")
def words() -> ButtonWords:
    return ButtonWords(TEXTS)


@pytest.fixture
def hands(bridge: Bridge, words: ButtonWords) -> Hands:
    """They have read the playbook already."""
    return Hands(bridge, words, OrderedDict({("consulting", 3): consulting()}))


@pytest.fixture
def new_hands(bridge: Bridge, words: ButtonWords) -> Hands:
    """They have read nothing yet."""
    return Hands(bridge, words)
