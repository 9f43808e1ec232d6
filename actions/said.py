"""What the interview says and stores, as it travels: bubbles, answers, news."""

from collections.abc import Iterable

from rasa_sdk.executor import CollectingDispatcher

from actions.words import ButtonWords
from contracts.turn import AnswerChange, Button, News, OpeningButton, Say
from playbook import directives


def say_of(bubble: directives.Bubble, *, language: str, words: ButtonWords) -> Say:
    """A bubble with the words on its buttons."""
    return Say(
        key=bubble.key,
        values=dict(bubble.values),
        variant=bubble.variant,
        text=bubble.text,
        language=language,
        says=bubble.says,
        buttons=tuple(
            Button(title=one.title or words.title(one.key, language), payload=one.payload)
            for one in bubble.buttons
        ),
        openings=tuple(
            OpeningButton(
                start=one.opening.start,
                end=one.opening.end,
                title=one.title,
                payload=one.payload,
            )
            for one in bubble.openings
        ),
    )


def change_of(change: directives.Change) -> AnswerChange:
    """An answer as the bridge stores it."""
    return AnswerChange.model_validate(
        {
            "question": change.question,
            "value": change.value,
            "status": change.status,
            "text": change.text,
            "source": change.source,
        }
    )


def news_of(news: directives.News) -> News:
    """A piece of news as it travels."""
    return News(name=news.name, data=dict(news.data))


def utter(dispatcher: CollectingDispatcher, said: Iterable[Say]) -> None:
    """Hand the bubbles to Rasa: those with a key are worded by the bot, others are ready."""
    for say in said:
        plain = say.model_dump(mode="json")
        if say.text is None:
            dispatcher.utter_message(response=say.key, say=plain)
        else:
            dispatcher.utter_message(text=say.text, json_message={"say": plain})
