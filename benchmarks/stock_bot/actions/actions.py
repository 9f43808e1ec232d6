"""The stock bot's validate action, as rasa-sdk's documentation shows one.

Runs in the bot's environment with the rasa-sdk 3.6 that Rasa brings along.
"""

import re
from typing import Any

from rasa_sdk import FormValidationAction


class ValidateLeadForm(FormValidationAction):
    def name(self) -> str:
        return "validate_lead_form"

    def validate_company_size(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"company_size": value if re.search(r"\d", value) else None}

    def validate_budget(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"budget": value if re.search(r"\d", value) else None}

    def validate_email(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"email": value if re.search(r"\S+@\S+\.\S+", value) else None}

    def validate_phone(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"phone": value if len(re.findall(r"\d", value)) > 6 else None}
