"""Which group a website tells."""

from __future__ import annotations

from urllib.parse import urlsplit

# Addresses under which many groups have their pages say nothing about who a group is.
SHARED_HOSTS = frozenset(
    "facebook.com instagram.com twitter.com x.com linktr.ee sites.google.com wixsite.com wordpress.com "
    "blogspot.com weebly.com actionnetwork.org unionactive.com".split()
)


def website_host(website: str) -> str:
    """The host that tells a group by its website; empty for none, and for those that many groups share."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    shared = any(host == one or host.endswith("." + one) for one in SHARED_HOSTS)
    return "" if shared else host
