"""What is kept of a password, and how it is compared."""

from __future__ import annotations

import pytest

from crm.accounts.passwords import LONGEST, check_password, hash_password, is_right
from crm.core.errors import Refused

# Blanks at the ends, letters of several scripts, signs: 79 characters.
TYPED = "  kettle ÜBER orbit 漢字 lantern % ' \" < > & \\ ; -- ¿y la pala azul? kettle orbit 12 "


def test_a_password_is_kept_as_argon2id_and_compared_as_typed(app):
    check_password(TYPED)
    with app.app_context():
        kept = hash_password(TYPED)
        assert kept.startswith("$argon2id$") and "kettle" not in kept
        assert is_right(kept, TYPED)
        for other in (TYPED.strip(), TYPED.lower(), TYPED[:-1], TYPED[:64], TYPED + "x", ""):
            assert not is_right(kept, other)
        assert hash_password(TYPED) != kept


def test_long_ones_are_taken_and_there_is_an_end():
    check_password(("kettle orbit lantern " * 10)[:LONGEST])
    with pytest.raises(Refused):
        check_password("kettle orbit lantern " * 10)
