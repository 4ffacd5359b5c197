"""How long a session holds; docs/security/sessions.md shows it, and crm/access/lifetimes.py, as a table."""

from __future__ import annotations

from datetime import timedelta

IDLE = timedelta(minutes=30)
IDLE_OWN_DEVICE = timedelta(hours=12)
LONGEST = timedelta(hours=12)
# The last use of a session is written down no more often.
TOUCH_EVERY = timedelta(minutes=1)
# Between the password and the passkey or code that follows it.
HALF_SIGN_IN = timedelta(minutes=10)
# Between a press of "use a passkey" and the device's answer.
CHALLENGE = timedelta(minutes=5)
# After showing once more who one is, to read on in the audit.
READING = timedelta(minutes=10)
# Between opening the page that sets up an app and its first code.
SETTING_UP = timedelta(minutes=30)
