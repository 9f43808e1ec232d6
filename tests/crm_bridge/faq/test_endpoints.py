"""GET /internal/v1/faq."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.faq.endpoints import router
from crm_bridge.faq.shelf import Shelf
from crm_bridge.settings import Settings
from crm_bridge.web import problems
from tests.crm_bridge.faq.makers import source, write

KEY = {"Authorization": "Bearer faq-key"}


@pytest.fixture
def client(tmp_path: Path) -> httpx.AsyncClient:
    """The endpoint alone: it needs no database."""
    write(tmp_path, "en", source(answer="In the yard."))
    app = FastAPI()
    app.state.settings = Settings(_env_file=None, internal_key="faq-key", secret_key="secret")
    app.state.faq = Shelf(tmp_path)
    problems.install(app)
    app.include_router(router)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://bridge.test/internal/v1"
    )


async def test_a_question_gets_its_answer(client: httpx.AsyncClient) -> None:
    asked = {"language": "en", "text": "where is the car park?"}
    view = (await client.get("/faq", params=asked, headers=KEY)).json()
    assert (view["topic"], view["text"]) == ("parking", "In the yard.")
    assert 0 < view["score"] <= 1


async def test_a_topic_is_answered_at_once(client: httpx.AsyncClient) -> None:
    asked = {"language": "en", "text": "", "topic": "parking"}
    view = (await client.get("/faq", params=asked, headers=KEY)).json()
    expected = {"topic": "parking", "text": "In the yard.", "score": 1.0, "choices": []}
    assert view == expected


async def test_nothing_fitting_is_said_by_nulls(client: httpx.AsyncClient) -> None:
    asked = {"language": "fi", "text": "missä voin pysäköidä"}
    view = (await client.get("/faq", params=asked, headers=KEY)).json()
    assert view == {"topic": None, "text": None, "score": 0.0, "choices": []}


async def test_without_the_key_nobody_is_answered(client: httpx.AsyncClient) -> None:
    refused = await client.get("/faq", params={"language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (401, "not_signed_in")


async def test_an_unknown_language_is_refused(client: httpx.AsyncClient) -> None:
    refused = await client.get("/faq", params={"language": "../en"}, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_what_the_bot_makes_of_it_counts(client: httpx.AsyncClient) -> None:
    asked = {"language": "en", "text": "where do I put it?", "leaning": "parking:3.10,pets:-4.2"}
    view = (await client.get("/faq", params=asked, headers=KEY)).json()
    assert (view["topic"], view["text"]) == ("parking", "In the yard.")
    asked["leaning"] = "parking:-9.00,pets:-9.00"
    assert (await client.get("/faq", params=asked, headers=KEY)).json()["text"] is None


async def test_two_topics_to_choose_from_have_their_titles(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    pets = ["May I bring a dog?", "Are cats welcome?", "Is a parrot allowed?"]
    pets += ["Do you like dogs?", "Are animals allowed?", "What about my cat?"]
    write(tmp_path, "en", source(topic="pets", title="Pets", questions=pets), name="pets.md")
    asked = {"language": "en", "text": "quux?", "leaning": "parking:0.30,pets:0.10"}
    view = (await client.get("/faq", params=asked, headers=KEY)).json()
    assert view["text"] is None
    assert {one["title"] for one in view["choices"]} == {"Parking", "Pets"}
