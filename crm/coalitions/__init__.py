"""Coalitions: the tenants, who belongs to them, their settings."""
