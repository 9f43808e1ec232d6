"""The words of a mapping: our kinds and their fields, owners, directions. Pure."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Owner = Literal["crm_wins", "bot_wins", "newest", "most_restrictive"]
Direction = Literal["both", "pull", "push"]
Form = Literal[
    "text",
    "person_name",
    "flag",
    "whole",
    "money",
    "date",
    "email",
    "phone",
    "country",
    "domain",
]

OWNERS: Final = get_args(Owner)
DIRECTIONS: Final = get_args(Direction)
FORMS: Final = get_args(Form)

PROPERTY: Final = "property."  # followed by the name of a property of ours
CONSENT: Final = "marketing_consent"
GRANTED: Final = "granted"
DENIED: Final = "denied"

# kind -> field -> the form its values have here
HOME_FIELDS: Final[Mapping[str, Mapping[str, Form]]] = {
    "contacts": {
        "name": "text",
        "email": "email",
        "phone": "phone",
        "language": "text",
        "country": "country",
        "lifecycle_stage": "text",
        "owner": "text",
        CONSENT: "text",
    },
    "companies": {
        "name": "text",
        "domain": "domain",
        "country": "country",
        "industry": "text",
        "owner": "text",
        "employees_min": "whole",
        "employees_max": "whole",
    },
    # contact and company are the CRM's ids; close_on is told, and never asked
    "deals": {
        "name": "text",
        "pipeline": "text",
        "stage": "text",
        "amount": "money",
        "currency": "text",
        "contact": "text",
        "company": "text",
        "owner": "text",
        "score": "whole",
        "route": "text",
        "close_on": "date",
    },
}
