"""Records that are one: merged, parted again, found and suggested; for any kind of record."""
