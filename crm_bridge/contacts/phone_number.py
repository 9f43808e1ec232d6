"""A phone number in the one form by which it is looked up: E.164."""

import phonenumbers

from crm_bridge.core.errors import Invalid


class BadPhone(Invalid):
    code = "bad_phone"


def normalise_phone(text: str, *, region: str | None = None) -> str:
    """The number in E.164 ("+38640123456"). Idempotent.

    `region` (ISO 3166 alpha-2) is where a number without a country code is dialled from.
    Raises BadPhone for what cannot be a number there. Source: ITU-T E.164, libphonenumber.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as fault:
        raise BadPhone(f"no phone number: {fault}") from fault
    if not phonenumbers.is_possible_number(number):
        raise BadPhone("no phone number has that many digits there")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
