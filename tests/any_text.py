"""Texts of any characters, for property tests."""

from hypothesis import strategies as st

# Whatever UTF-8 can write. Unless told, hypothesis tries every one, which takes seconds in a fresh clone.
CHARACTERS = st.characters(exclude_categories=["Cs"])
