"""What a request brings along, cleaned at the door."""

from __future__ import annotations

from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.utils import cached_property

from crm.core.forms import FORBIDDEN


class CleanRequest(Request):
    """A request whose address asks for nothing that no page may show.

    A number that was copied out of somebody's telephone is wrapped in marks that turn text around: they are
    left out, like control characters, for a page that repeats what was looked for.
    """

    def _load_form_data(self) -> None:
        """A part without a name is no field of a form: nothing that is looked for in one can be its name."""
        super()._load_form_data()
        if None in self.__dict__["form"] or None in self.__dict__["files"]:
            raise BadRequest

    @cached_property
    def args(self) -> MultiDict[str, str]:  # type: ignore[override]
        """The query: without the characters that forms refuse."""
        found: MultiDict[str, str] = super().args
        if b"%" not in self.query_string:
            return found
        clean: Any = self.parameter_storage_class
        return clean((name, FORBIDDEN.sub("", text)) for name, text in found.items(multi=True))  # type: ignore[no-any-return]
