"""Keeping what was told (`keeping`), telling what changed (`telling`), who asked for it (`subscribing`)."""

from crm.notices.operations.keeping import keep_snapshot
from crm.notices.operations.subscribing import (
    confirm,
    follow_split,
    leave,
    subscribe,
    subscribe_to_next,
)

__all__ = [
    "confirm",
    "follow_split",
    "keep_snapshot",
    "leave",
    "subscribe",
    "subscribe_to_next",
]
