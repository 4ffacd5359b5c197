"""Calendars of others: those subscribed to by address, and files brought in as the coalition's own events."""
