"""Finished feeds are made once, kept while nothing changes, and given up when there are too many."""

from __future__ import annotations

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from crm.calendars.shelf import Shelf


def test_many_clients_at_once_make_it_once():
    shelf, made, barrier = Shelf(), [], Barrier(32)

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"feed"

    def ask(_number: int) -> bytes:
        barrier.wait()
        return shelf.get("key", 1, make).content

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(32))) == {b"feed"}
    assert len(made) == 1


def test_each_state_is_made_anew_and_takes_the_place_of_the_last():
    shelf = Shelf()
    states = [(7, "Monday"), (8, "Monday"), (8, "Tuesday"), (8, "Tuesday")]
    found = [shelf.get("key", state, lambda n=n: b"%d" % n).content for n, state in enumerate(states)]
    assert found == [b"0", b"1", b"2", b"2"]
    assert len(shelf) == 1


def test_what_was_not_asked_for_longest_goes_first():
    shelf, made = Shelf(room=2), []

    def ask(key: str) -> None:
        shelf.get(key, 1, lambda: made.append(key) or key.encode())  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]
    assert len(shelf) == 2


def test_what_fails_is_not_kept_and_tried_again():
    shelf = Shelf()

    def fail() -> bytes:
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        shelf.get("key", 1, fail)
    assert shelf.get("key", 1, lambda: b"feed").content == b"feed"


def test_the_same_bytes_have_the_same_hash_and_zip_everywhere():
    one, other = (Shelf().get("key", 1, lambda: b"feed" * 1000) for _ in range(2))
    assert (one.etag, one.zipped) == (other.etag, other.zipped)
    assert gzip.decompress(one.zipped) == one.content
    assert Shelf().get("key", 1, lambda: b"feet" * 1000).etag != one.etag
