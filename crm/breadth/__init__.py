"""Breadth: where the coalition has no member, no meeting, or was not in touch for too long."""
