"""HubSpot over its objects API; the signature of its webhooks."""
