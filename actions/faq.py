"""Questions of the visitor's, answered from the FAQ."""

from actions.errand import Errand
from playbook.directives import AskFaq, FaqAnswer


async def ask_faq(errand: Errand, directive: AskFaq) -> FaqAnswer:
    """The best answer in the language of now, or none."""
    view = await errand.bridge.faq(
        language=errand.scene.language, text=directive.text, topic=directive.topic
    )
    return FaqAnswer(view.topic, view.text)
