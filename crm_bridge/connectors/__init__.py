"""Outside CRMs: one port, thin adapters by their documented APIs, one transport."""
