"""Passwords that are guessed first, offline."""

from __future__ import annotations

import pytest

from crm.accounts.passwords import _guessed, check_password
from crm.core.errors import Refused

OWN = ("ana.rivera@harborunion.example", "Ana María Rivera", "Harbor City Coalition", "harbor")


GUESSED = (
    "password1234 P@ssw0rd2026! 123456789012 letmeinletmein monkeymonkeymonkey 1q2w3e4r5t6y qwertyuiop12 "
    "!!sunshine!!2025 aaaaaaaaaaaa SolidarityForever ana.rivera2026 HarborCoalition1 121212121212"
).split()
GOOD = ("four words nobody guesses", "harbor kettle orbit lantern", "Tz7!kq-02mmXeL", "maría y la pala azul")


@pytest.mark.parametrize("password", [*GUESSED, "rivera-rivera-rivera", "harbor city 2026!"])
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(Refused):
        check_password(password, OWN)


@pytest.mark.parametrize("password", GOOD)
def test_what_is_not_is_taken(password):
    check_password(password, OWN)


def test_the_list_is_whole():
    assert len(_guessed()) >= 30_000
