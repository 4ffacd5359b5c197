"""Roles to fill: what an event needs people for, and who takes it."""
