"""Outreach: touches, follow-ups, stages."""
