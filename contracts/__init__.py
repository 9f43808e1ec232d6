"""What the processes of Usher say to each other.

Wire types (pydantic) and stable codes, shared by `actions` and `crm_bridge`,
which never import each other. Everything here is serialised as JSON: instants
are aware ISO 8601 in UTC, languages are BCP 47 codes out of `contracts.languages`.
"""
