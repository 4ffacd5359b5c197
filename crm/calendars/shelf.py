"""Finished feeds, kept by this process for as long as nothing in them changes."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

ROOM = 256  # feeds; one of 500 events with its gzip takes about 200 KB
LOCKS = 64


@dataclass(frozen=True)
class Kept:
    """A feed's bytes and their hash. `state`: what they were made from."""

    state: Hashable
    content: bytes
    etag: str

    @cached_property
    def zipped(self) -> bytes:
        """The same zipped, once somebody accepts it so; without a time inside: every process zips alike."""
        return gzip.compress(self.content, compresslevel=6, mtime=0)


class Shelf:
    """Feeds by key, the least recently asked for given up first. For threads."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._guard = Lock()
        # A feed is made by one client while the others wait; some feeds share a lock, so that these stay few.
        self._making = [Lock() for _ in range(LOCKS)]

    def get(self, key: Hashable, state: Hashable, make: Callable[[], bytes]) -> Kept:
        """The feed of a key in this state (the version, the day); made anew where that has moved on."""
        if found := self._find(key, state):
            return found
        with self._making[hash(key) % LOCKS]:
            if found := self._find(key, state):
                return found
            made = keep(state, make())
            with self._guard:
                self._kept[key] = made
                self._kept.move_to_end(key)
                while len(self._kept) > self._room:
                    self._kept.popitem(last=False)
            return made

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Keep nothing."""
        with self._guard:
            self._kept.clear()

    def _find(self, key: Hashable, state: Hashable) -> Kept | None:
        with self._guard:
            found = self._kept.get(key)
            if found is None or found.state != state:
                return None
            self._kept.move_to_end(key)
            return found


def keep(state: Hashable, content: bytes) -> Kept:
    """A feed's bytes, with what it takes to answer with them."""
    return Kept(state, content, hashlib.sha256(content).hexdigest()[:32])
