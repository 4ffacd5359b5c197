"""A line of threads: so many go in at once, the others in the order in which they came.

Python's own locks and semaphores let in whoever comes by when a place is free, and put who was woken at the
end again: of 32 people the slowest waited twice as long as the one in the middle.
"""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Line:
    """Places that are handed on from who leaves to who has waited longest."""

    def __init__(self, places: int = 1) -> None:
        self._free = places
        self._settling = threading.Lock()
        # Each waits for a lock of its own, which whoever leaves opens.
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, longest: float | None = None) -> bool:
        """Wait for a place, None: as long as it takes; False where there was none for so many seconds."""
        with self._settling:
            if self._free:
                self._free -= 1
                return True
            door = threading.Lock()
            door.acquire()
            self._waiting.append(door)
        if door.acquire(timeout=-1 if longest is None else longest):
            return True
        with self._settling:
            if door not in self._waiting:
                return True  # it was opened just now
            self._waiting.remove(door)
            return False

    def leave(self) -> None:
        """Hand the place on."""
        with self._settling:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def __enter__(self) -> None:
        self.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
