"""The brain of the dialogue as Rasa's action server: thin hands around `playbook`.

Flat on purpose (rasa-sdk walks subpackages by bare name). Data only through `bridge`.
"""
