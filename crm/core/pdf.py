"""Printed pages: PDF made by typst from a template of ours, tagged for screen readers (PDF/UA-1).

What people typed reaches a template as data alone, so it is never markup there.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crm.core.late import LateModule

if TYPE_CHECKING:
    import typst
else:
    typst = LateModule("typst")


ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "print"
# Our own faces, and after them whatever the machine has, for the scripts that ours lack.
FONTS = ROOT / "crm" / "static" / "vendor"
log = logging.getLogger("muster.pdf")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)])


def compile_pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a template under templates/print/, which reads `data` as JSON; the same for the same `at`.

    PDF/UA asks for a glyph for each character. Where no font at hand has one, the PDF is tagged and not
    declared to conform, rather than not made.
    """
    try:
        return _compile(template, data, at, "ua-1")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        log.warning("%s holds a character that no font at hand can show", template)
        return _compile(template, data, at, None)


def _compile(template: str, data: Mapping[str, Any], at: datetime, standard: Literal["ua-1"] | None) -> bytes:
    made = typst.compile(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=standard,
        timestamp=int(at.timestamp()),
    )
    return bytes(made)
