"""Private feeds: made, given another address, revoked by whom they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from crm.audit.operations import record
from crm.calendars.models import FeedVariant, PrivateFeed
from crm.calendars.queries import Owner, find_feed_of
from crm.core import clock
from crm.core.crypto import new_token, token_hash
from crm.core.db import db
from crm.core.permissions import Viewer


@dataclass(frozen=True)
class FeedChoices:
    """What of it leaves the house: see PrivateFeed."""

    variant: FeedVariant = FeedVariant.FULL
    with_addresses: bool = False
    with_closed: bool = False


def give_address(viewer: Viewer, owner: Owner, choices: FeedChoices) -> str:
    """A new secret address for a person's feed, which is made if there is none; a former one ends at once.

    The token, of which only the hash is kept: it is shown once.
    """
    feed, token = _feed_of(owner), new_token()
    again = feed.is_open
    feed.token_hash, feed.revoked_at = token_hash(token), None
    # Whoever was let in before this instant has no part in it any more.
    feed.reset_at = clock.now()
    choose(viewer, feed, choices)
    record(viewer, "private_feed.reset" if again else "private_feed.make", feed)
    return token


def choose(viewer: Viewer, feed: PrivateFeed, choices: FeedChoices) -> None:
    """Let a feed hold more or less; its address stays."""
    values = {name: getattr(choices, name) for name in ("variant", "with_addresses", "with_closed")}
    changed = [name for name, value in values.items() if getattr(feed, name) != value]
    for name in changed:
        setattr(feed, name, values[name])
    if changed and feed.id is not None:
        record(viewer, "private_feed.choose", feed, fields=changed)


def revoke(viewer: Viewer, feed: PrivateFeed) -> None:
    """No address leads to it any more. Twice is once."""
    if feed.is_open:
        feed.token_hash, feed.revoked_at = None, clock.now()
        record(viewer, "private_feed.revoke", feed)


def _feed_of(owner: Owner) -> PrivateFeed:
    """A person's feed, made where there is none: once, also of two presses at the same time."""
    if found := find_feed_of(owner):
        return found
    made = PrivateFeed(
        membership_id=owner.membership_id,
        contact_id=owner.contact_id,
        uid=f"{uuid4()}@muster",
        created_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        # Another press came first.
        return find_feed_of(owner) or made
    return made
