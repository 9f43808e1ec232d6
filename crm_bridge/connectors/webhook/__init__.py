"""Any CRM that can send and take a signed webhook."""
