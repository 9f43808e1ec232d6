"""Companies: one for each registrable business domain, linked from contacts and deals."""
