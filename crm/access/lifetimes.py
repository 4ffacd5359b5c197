"""How long mailed links hold."""

from __future__ import annotations

from datetime import timedelta

INVITATION = timedelta(days=7)
PASSWORD_LINK = timedelta(minutes=30)
# What is past use is kept a little, so that its link can still say what became of it.
KEPT_AFTER = timedelta(days=30)
