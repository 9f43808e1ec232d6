"""Privacy: everything about one person, given to them or erased, wherever it is kept."""
