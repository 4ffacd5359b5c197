"""OpenDocument sheets: read as the same sheet in XLSX is; what is too much or broken is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from crm.exchange.opendocument import SHEET_TYPE
from crm.exchange.problems import TableError
from crm.exchange.tables import Table, read_table
from tests.exchange.sheets import put_in
from tests.people import Person

_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
HIDDEN = (
    '<style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)
EDGE = '<table:table-cell table:number-columns-repeated="16379"/>'
BOTTOM = (
    '<table:table-row table:number-rows-repeated="1048560">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'


def typed(kind: str, name: str, value: str) -> str:
    shown = "<text:p>as shown</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">{shown}'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def sheet(*rows: str, name: str = "Groups", style: str = "ta1") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(rows)}</table:table>'


def ods(*sheets: str, kind: bytes = SHEET_TYPE, start: str = "") -> bytes:
    content = (
        f'<?xml version="1.0"?>{start}<office:document-content {_NAMES}><office:automatic-styles>{HIDDEN}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{''.join(sheets)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
    return file.getvalue()


def read(content: bytes, name: str = "groups.ods") -> Table:
    return read_table(io.BytesIO(content), name)


HEAD = row(cell("Name"), cell("City"), cell("Members"), cell("Last touch"), cell("Note"), EDGE)
NOTE = (
    "<table:table-cell><office:annotation><text:p>a remark</text:p></office:annotation>"
    "<text:p>one<text:line-break/>two<text:tab/><text:span>three</text:span></text:p><text:p>four</text:p></table:table-cell>"
)


def test_a_sheet_is_read_with_its_types_its_merges_and_without_what_is_hidden(organizer: Person):
    content = ods(
        sheet(row(cell("Secret")), row(cell("x")), name="Old", style="ta2"),
        sheet(name="Empty"),
        sheet(
            row(cell("Outreach", 'table:number-columns-spanned="5" table:number-rows-spanned="1"')),
            HEAD,
            row(
                cell("Dockers Local 4"),
                cell("Tacoma", 'table:number-rows-spanned="2"'),
                typed("float", "value", "1200"),
                typed("date", "date-value", "2026-11-03T18:30:00"),
                NOTE,
                EDGE,
            ),
            row(cell("Parish"), "<table:covered-table-cell/>", typed("time", "time-value", "PT18H30M00S")),
            row(
                cell("Union"),
                "<table:table-cell/>",
                typed("boolean", "boolean-value", "true"),
                typed("date", "date-value", "2026-11-03"),
            ),
            row("<table:table-cell/>", more='table:number-rows-repeated="3"'),
            row(cell("Twice", 'table:number-columns-repeated="2"'), more='table:number-rows-repeated="2"'),
            BOTTOM,
        ),
    )  # fmt: skip
    table = read(content)
    assert (table.sheets, table.sheet) == (("Empty", "Groups"), "Groups")
    assert table.columns == ("Name", "City", "Members", "Last touch", "Note")
    assert [(one.line, one.cells) for one in table.rows] == [
        (3, ("Dockers Local 4", "Tacoma", "1200", "2026-11-03 18:30", "one\ntwo\tthree\nfour")),
        (4, ("Parish", "Tacoma", "18:30", "", "")),
        (5, ("Union", "", "TRUE", "2026-11-03", "")),
        (9, ("Twice", "Twice", "", "", "")),
        (10, ("Twice", "Twice", "", "", "")),
    ]
    result = organizer.browser.page(put_in(organizer, "groups.ods", content))
    assert "Imported" in result.text and "Dockers Local 4" in result.text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ods(sheet(HEAD, row(cell("x", 'table:number-columns-repeated="200000000"')))), "too_large"),
        (ods(sheet(HEAD, row(cell("x"), more='table:number-rows-repeated="20000000"'))), "too_large"),
        (ods(sheet(HEAD, row(cell("x" * 40_000)))), "cell_size"),
        (ods(sheet(HEAD, row(cell('<text:s text:c="99999999"/>')))), "cell_size"),
        (ods(sheet(HEAD, row(cell("x", 'table:number-columns-repeated="-1"')))), "broken_ods"),
        (ods(sheet(HEAD), start='<!DOCTYPE x [<!ENTITY a "b">]>'), "broken_ods"),
        (ods(sheet(HEAD, "<table:table-row>")), "broken_ods"),
        (ods(sheet(HEAD))[:300], "broken_ods"),
        (b"Name,City\nx,y\n", "broken_ods"),
        (ods(sheet(HEAD), kind=b"application/vnd.oasis.opendocument.text"), "other_type"),
        (ods(sheet(name="A"), sheet(row(EDGE), name="B")), "empty"),
        (ods(sheet(HEAD)), "no_rows"),
    ],
)
def test_what_is_broken_or_too_much_is_told_and_nothing_kept(content: bytes, code: str):
    with pytest.raises(TableError) as refused:
        for _row in read(content).rows:
            pass
    assert refused.value.problem.code == code
