"""The door: signing in, one's own account, invitations, who belongs to a coalition."""
