"""Calendars out (feeds) and in (partner calendars)."""
