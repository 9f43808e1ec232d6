"""A visitor's messages are answered in order, once each, whatever arrives at once."""

from tests.crm_bridge.chat.conftest import House


async def test_the_bot_greets_first(house: House) -> None:
    page = await house.page()
    assert page.bot_said == ["/system -> need"]
    assert house.bot.seen[0][1].utterance.system == "start"
    assert {"name": "question", "id": "need"} in page.statuses


async def test_a_message_is_answered_and_its_answer_kept(house: House) -> None:
    page = await house.page()
    await page.say("we need a chatbot")
    await page.until_bot_said(2)
    assert page.shown[1:] == [
        ("visitor", "we need a chatbot"),
        ("bot", "we need a chatbot -> industry"),
    ]
    await page.say("retail")
    await page.until_bot_said(3)
    answers = house.bot.seen[-1][1].answers
    assert (answers["need"].value, answers["need"].text) == ("we need a chatbot",) * 2
