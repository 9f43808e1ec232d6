"""Questions of the visitor's, answered from the FAQ."""

from actions.errand import Errand
from playbook.directives import AskFaq, FaqAnswer


async def ask_faq(errand: Errand, directive: AskFaq) -> FaqAnswer:
    """The best answer in the language of now, two topics to choose from, or nothing."""
    view = await errand.bridge.faq(
        language=errand.scene.language,
        text=directive.text,
        topic=directive.topic,
        leaning=directive.leaning,
    )
    return FaqAnswer(view.topic, view.text, tuple((one.topic, one.title) for one in view.choices))
