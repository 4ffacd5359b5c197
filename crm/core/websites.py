"""What the address of a website may be, for forms and imports alike."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

# Such an address is shown in public: it would give a password away, or hide where it leads.
BEFORE_AT = _l("Leave out what stands before the “@”: a website is written without a name or a password.")


def has_userinfo(address: str) -> bool:
    """Whether somebody's name, and perhaps a password, stands before the host (RFC 3986 section 3.2.1).

    Raises ValueError where the address can't be read.
    """
    return "@" in urlsplit(address).netloc
