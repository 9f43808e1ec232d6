"""Two-way sync with outside CRMs: pull, merge, push, reconcile."""
