"""The operators' commands that belong to no domain, and what all commands share."""
