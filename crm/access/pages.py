"""All pages of the door."""

from __future__ import annotations

from crm.access import factors, invitations, members, passwords, rights, second_step

BLUEPRINTS = (passwords.bp, second_step.bp, factors.bp, invitations.bp, members.bp, rights.bp)
