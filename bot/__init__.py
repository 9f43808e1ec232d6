"""The Rasa process: understands a message, asks the action server, speaks the answer.

Runs on CPython 3.10 with rasa 3.6.21 and imports nothing else of this house. It keeps no
fact of a conversation: the bridge sends what is known with every message.

    domain/          intents, the interview form, the fallback
    components/      the intent classifier and the policy
    channels/        the one door: POST /webhooks/usher/webhook
    texts.py         what the bot says, from data/texts/<language>.yml
    tracker_store.py what Rasa must remember between two messages, and no more
    processor.py     a turn that fails, fails as a whole
    speed.py         measured changes to Rasa
    run.py, train.py how it is started and trained
"""
