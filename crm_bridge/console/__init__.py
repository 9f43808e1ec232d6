"""The console: where sales reps see their meetings and everything that visitors said.

Server-rendered; uses the services of the domains, never their tables.
"""
