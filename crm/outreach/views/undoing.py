"""Telling what was done, with a button that undoes it."""

from __future__ import annotations

from flask import flash


def flash_with_undo(text: str, url: str, **fields: str | int) -> None:
    """A message for the next page; its button posts the fields to the address."""
    # Flask keeps any JSON; templates/components/flash.html shows a mapping as a text with a button.
    flash({"text": text, "undo_url": url, "undo_fields": fields}, "success")  # type: ignore[arg-type]
