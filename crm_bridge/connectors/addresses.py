"""Whose address a CRM is asked for before a record is made there. Pure."""

from collections.abc import Sequence

from crm_bridge.connectors.mapping import ObjectRule
from crm_bridge.connectors.port import Write


def of_new(rule: ObjectRule, writes: Sequence[Write]) -> tuple[str, dict[str, str]]:
    """The CRM's field of addresses, and the addresses of the records that are to be made,
    in small letters: address -> our id. Nothing where the kind has no address."""
    field = next((one.outside[0] for one in rule.fields if one.home == "email"), "")
    new = [one for one in writes if one.id is None and one.fields.get(field)]
    return field, {str(one.fields[field]).lower(): one.key for one in new}
