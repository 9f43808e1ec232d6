"""Calendars on a CalDAV server: Nextcloud, Radicale, iCloud, Fastmail and others."""
