"""Changing many groups in one go, with what it does said before, and taken back as a whole."""
