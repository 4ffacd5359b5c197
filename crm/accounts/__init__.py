"""Accounts: signing in, sessions, invitations."""
