"""What feeds say of single events, kept by this process: after an edit only what changed is told anew.

Each text stands beside all that it was made from, and is used for nothing else: so it can't be out of date.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from crm.calendars.ics import Entries

ROOM = 5_000  # events, of all feeds together; one takes two or three KB
# (ids of events) → what a feed says of each; without those that are gone.
Write = Callable[[Sequence[int]], Mapping[int, Entries]]


@dataclass(frozen=True, slots=True)
class _Feed:
    """Its texts by event, each with what of the event it was made from; and what all were made from."""

    around: Hashable
    texts: dict[int, tuple[Hashable, Entries]]


class KeptEntries:
    """Texts of events by feed, the feed least recently made given up first. For threads."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._feeds: OrderedDict[Hashable, _Feed] = OrderedDict()
        self._guard = Lock()

    def get(
        self, feed: Hashable, around: Hashable, made_from: Mapping[int, Hashable], write: Write
    ) -> list[Entries]:
        """What a feed says of these events, in their order.

        `made_from` and `around`: all that the text of each hangs on, of the event itself and beside it.
        `write` is asked for those alone of which nothing is kept in this state.
        """
        texts = self._texts(feed, around)
        missing = [n for n, state in made_from.items() if n not in texts or texts[n][0] != state]
        written = write(missing) if missing else {}
        for number in missing:
            texts.pop(number, None)
            if number in written:
                texts[number] = (made_from[number], written[number])
        texts = {number: texts[number] for number in made_from if number in texts}
        self._keep(feed, _Feed(around, texts))
        return [entries for _state, entries in texts.values()]

    def clear(self) -> None:
        """Keep nothing."""
        with self._guard:
            self._feeds.clear()

    def _texts(self, feed: Hashable, around: Hashable) -> dict[int, tuple[Hashable, Entries]]:
        kept = self._feeds.get(feed)
        return dict(kept.texts) if kept is not None and kept.around == around else {}

    def _keep(self, key: Hashable, feed: _Feed) -> None:
        with self._guard:
            self._feeds[key] = feed
            self._feeds.move_to_end(key)
            while len(self._feeds) > 1 and sum(len(one.texts) for one in self._feeds.values()) > self._room:
                self._feeds.popitem(last=False)
