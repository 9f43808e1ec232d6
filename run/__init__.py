"""How Usher gets onto a machine and is started there.

`environments` and `servers` run on any python3 from 3.9 with nothing installed;
`start` runs in the app environment.
"""
