"""Microsoft Dataverse (Dynamics 365) by its Web API."""
