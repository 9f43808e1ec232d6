"""Activities: notes, calls, mails, chats and meetings with a contact, in order of time."""
