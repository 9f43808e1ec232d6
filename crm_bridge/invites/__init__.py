"""Invitations: calendar entries by mail, once each, in the language of whoever gets them."""
