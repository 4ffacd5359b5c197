"""Whoever waits is let in in the order of coming; nobody who comes later passes ahead."""

from __future__ import annotations

import threading
import time

from crm.core.line import Line


def queue_up(line, names, came):
    """Threads that wait, each begun once the one before it stands in line."""
    threads = []
    for place, name in enumerate(names, 1):
        thread = threading.Thread(target=lambda name=name: (line.enter(), came.append(name)))
        thread.start()
        threads.append(thread)
        end = time.monotonic() + 5
        while len(line._waiting) < place and time.monotonic() < end:
            time.sleep(0.001)
        assert len(line._waiting) == place
    return threads


def test_a_place_is_handed_to_who_has_waited_longest():
    line, came = Line(2), []
    assert line.enter() and line.enter()
    threads = queue_up(line, "abc", came)
    for place, name in enumerate("abc"):
        line.leave()
        # Who comes now finds no place, though one was left just now.
        assert not line.enter(0)
        threads[place].join(5)
        assert came[place] == name
    line.leave(), line.leave()
    assert line.enter(0) and line.enter(0) and not line.enter(0)


def test_who_waits_too_long_goes_and_holds_nobody_up():
    line, came = Line(), []
    with line:
        (waiting,) = queue_up(line, "a", came)
        assert not line.enter(0.01)
    waiting.join(5)
    line.leave()
    assert came == ["a"] and line.enter(0)
