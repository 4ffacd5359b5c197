"""Columns that follow from others under the keys of an installation: made anew where a file is taken in.

With the same FIELD_KEYS they are what they were, and links that were mailed go on; with others, records are
found again by mail address and number, and links are made anew by the next mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm.accounts import queries as accounts
from crm.attendance.operations import door
from crm.core.crypto import made_token, token_hash
from crm.mornings import queries as mornings
from crm.notices import queries as notices
from crm.organizations import queries as organizations
from crm.partners.queries import calendars
from crm.rsvps import queries as rsvps

Row = Mapping[str, Any]


def _of(column: str, index: Callable[[str], bytes]) -> Callable[[Row], bytes | None]:
    return lambda row: index(row[column]) if row[column] else None


def _link(column: str, purpose: str) -> Callable[[Row], bytes]:
    return lambda row: token_hash(made_token(row[column], purpose))


KEYED: Mapping[str, Mapping[str, Callable[[Row], bytes | None]]] = {
    "user": {"email_index": _of("email", accounts.mail_index)},
    "invitation": {"email_index": _of("email", accounts.mail_index)},
    "contact": {
        "email_index": _of("email", organizations.mail_index),
        "phone_index": _of("phone", organizations.phone_index),
    },
    "sign_on": {"speaker_email_index": _of("speaker_email", organizations.mail_index)},
    "partner_calendar": {"address_index": _of("address", calendars.address_index)},
    "rsvp": {
        "email_index": _of("email", organizations.mail_index),
        "token_hash": _link("salt", rsvps.PURPOSE),
    },
    "change_subscription": {
        "email_index": _of("email", organizations.mail_index),
        "confirm_hash": _link("salt", notices.CONFIRM),
        "leave_hash": _link("salt", notices.LEAVE),
    },
    "morning_mail": {"leave_hash": _link("salt", mornings.LEAVE)},
    "sign_in_page": {"token_hash": _link("seed", door.PURPOSE)},
}
# Hashes that need no key: of a random token, which is kept nowhere; and what tells a sign-on sent twice in a
# row, which no other installation has to know.
KEPT: Mapping[str, frozenset[str]] = {
    "invitation": frozenset({"token_hash"}),
    "sign_on": frozenset({"content_index", "sender_index", "token_hash", "former_token_hash"}),
    "group_link": frozenset({"token_hash"}),
    "group_session": frozenset({"secret_hash"}),
    "private_feed": frozenset({"token_hash"}),
}


def keyed_values(table: str, row: Row) -> dict[str, bytes | None]:
    """The keyed columns of a row, under the keys of this installation."""
    return {name: made(row) for name, made in KEYED.get(table, {}).items()}
