"""Reading XLSX files: merged cells, dates, sheets, and files made to do harm."""

import datetime
import io
import struct
import zipfile

import openpyxl
import pytest

from crm.exchange import workbook_limits
from crm.exchange.problems import TableError
from crm.exchange.tables import read_table


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream


def workbook(*rows, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    return saved(book)


def refusal(content, name="groups.xlsx"):
    with pytest.raises(TableError) as caught:
        list(read_table(io.BytesIO(content), name).rows)
    assert str(caught.value)
    return caught.value.problem.code


def rebuilt(stream, **members):
    """The same workbook with members replaced or added; `sheet1` and `texts` stand for their long names."""
    names = {"sheet1": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml"}
    new = {names.get(name, name): content for name, content in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            if name not in new:
                archive.writestr(name, old.read(name))
        for name, content in new.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_xml(cells):
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )


BASE = [["Name", "City"], ["Lamp League", "Elm"]]


def test_the_organizers_own_spreadsheet():
    table = read_table(
        workbook(
            ["Our coalition, fall 2026"],
            [],
            ["Group", "Kind", "Contact", None, "Last touch", "Demands", None],
            [None, None, "Name", "Phone", None, "D1", "D2"],
            ["Tinsmiths Local 6", "union", "Jo", "206-555-0143", datetime.date(2026, 11, 3), "yes", True],
            [
                "Tinsmiths Local 7",
                None,
                "Al",
                2065550144,
                datetime.datetime(2026, 11, 4),
                "board on 12/3",
                0.5,
            ],
            [],
            ["CONGREGATIONS"],
            ["Lamp Church", "congregation", None, None, "3 Nov", "no", None],
            ["Total", None, None, None, None, 2, 1],
            merged=("A1:G1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:G3", "B5:B6", "A8:G8"),
        ),
        "list.xlsx",
    )
    assert table.columns == (
        "Group", "Kind", "Contact / Name", "Contact / Phone", "Last touch", "Demands / D1", "Demands / D2",
    )  # fmt: skip
    rows = list(table.rows)
    assert [row.problem.code if row.problem else None for row in rows] == [
        None, None, "section_line", None, "total_line",
    ]  # fmt: skip
    assert rows[0].line == 5
    assert rows[0].cells == ("Tinsmiths Local 6", "union", "Jo", "206-555-0143", "2026-11-03", "yes", "TRUE")
    assert rows[1].cells == (
        "Tinsmiths Local 7",
        "union",
        "Al",
        "2065550144",
        "2026-11-04",
        "board on 12/3",
        "0.5",
    )


def test_a_table_that_begins_further_down_and_to_the_right():
    book = openpyxl.Workbook()
    book.active["C5"], book.active["D5"], book.active["C6"], book.active["D6"] = (
        "Name",
        "City",
        "Kites",
        "Elm",
    )
    table = read_table(saved(book), "list.xlsx")
    assert table.columns == ("Name", "City")
    assert [(row.line, row.cells) for row in table.rows] == [(6, ("Kites", "Elm"))]


def test_sheets_are_listed_hidden_ones_left_out_and_one_can_be_chosen():
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    for name, state in (("Groups", "visible"), ("Secret", "hidden"), ("Old", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(["Name", "City"])
        sheet.append([f"{name} League", "Elm"])
    first = read_table(saved(book), "list.xlsx")
    assert first.sheets == ("Empty", "Groups", "Old")
    assert (first.sheet, next(first.rows).cells[0]) == ("Groups", "Groups League")
    assert next(read_table(saved(book), "list.xlsx", sheet="Old").rows).cells[0] == "Old League"
    with pytest.raises(TableError, match="Secret"):
        read_table(saved(book), "list.xlsx", sheet="Secret")


def test_what_a_file_is_its_contents_say():
    assert read_table(workbook(*BASE), "groups.csv").columns == ("Name", "City")


class TestBroken:
    def test_text_that_is_called_xlsx(self):
        assert refusal(b"Name,City\nKites,Elm\n") == "not_xlsx"

    def test_a_zip_that_is_no_workbook(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("letter.txt", "Dear all")
        assert refusal(out.getvalue()) == "broken_xlsx"

    def test_a_workbook_that_was_cut_off(self):
        assert refusal(workbook(*BASE).getvalue()[:-100]) == "broken_xlsx"

    @pytest.mark.parametrize("place", [40, 400, 1500, 3000])
    def test_a_workbook_with_a_wrong_byte_never_crashes(self, place):
        content = bytearray(workbook(*BASE).getvalue())
        content[place] ^= 0xFF
        try:
            rows = list(read_table(io.BytesIO(bytes(content)), "groups.xlsx").rows)
        except TableError as error:
            assert error.problem.code in ("broken_xlsx", "too_large", "other_type", "empty")
        else:
            assert rows[0].cells == ("Lamp League", "Elm")

    def test_an_old_or_locked_workbook(self):
        assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "groups.xls") == "old_excel"

    def test_an_empty_sheet(self):
        assert refusal(workbook().getvalue()) == "empty"

    def test_xml_that_is_not_closed(self):
        assert (
            refusal(rebuilt(workbook(*BASE), sheet1=sheet_xml("<row><c>").replace("</", "<")))
            == "broken_xlsx"
        )

    def test_a_document_type_is_refused_for_entities_can_grow(self):
        bomb = '<!DOCTYPE x [<!ENTITY a "ha">]>' + sheet_xml("<row><c t='str'><v>&a;</v></c></row>")
        assert refusal(rebuilt(workbook(*BASE), sheet1=bomb)) == "broken_xlsx"


class TestTooLarge:
    def test_a_zip_that_unpacks_to_more_than_the_limit(self, monkeypatch):
        monkeypatch.setattr(workbook_limits, "MAX_UNPACKED", 1_000_000)
        assert refusal(rebuilt(workbook(*BASE), **{"xl/media/a.xml": " " * 2_000_000})) == "too_large"

    def test_a_zip_whose_directory_lies_about_the_size(self):
        content = bytearray(rebuilt(workbook(*BASE), **{"xl/lie.xml": " " * 5_000_000}))
        entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/lie.xml"))
        struct.pack_into("<I", content, entry + 24, 100)
        assert refusal(bytes(content)) == "broken_xlsx"

    @pytest.mark.parametrize(
        "cells",
        [
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "<row r = '1'><c r='A1'><v>1</v></c></row><row><c r='&#88;FD1048576'><v>1</v></c></row>",
        ],
    )
    def test_a_few_cells_at_the_far_ends_of_a_sheet(self, cells):
        assert refusal(rebuilt(workbook(*BASE), sheet1=sheet_xml(cells))) == "too_large"

    def test_a_sheet_under_another_name(self):
        far = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
        assert refusal(rebuilt(workbook(*BASE), **{"xl/media/picture.png": far})) == "too_large"

    def test_one_long_text_used_by_many_cells(self, monkeypatch):
        monkeypatch.setattr(workbook_limits, "MAX_TEXT", 1_000_000)
        texts = f"<sst xmlns='x'><si><t>{'x' * 30_000}</t></si></sst>"
        cells = "".join(f"<row r='{i}'><c r='A{i}' t='s'><v>0</v></c></row>" for i in range(1, 100))
        assert refusal(rebuilt(workbook(*BASE), sheet1=sheet_xml(cells), texts=texts)) == "too_large"

    @pytest.mark.parametrize("name", ["sheet1", "texts", "xl/styles.xml", "content.xml"])
    @pytest.mark.parametrize("rest", ["<a>" * 300_000, "<a b='" + "x" * 3_000_000])
    def test_elements_within_elements_and_tags_without_end(self, name, rest):
        root = {"sheet1": "worksheet", "texts": "sst"}.get(name, "other")
        assert refusal(rebuilt(workbook(*BASE), **{name: f"<{root}>{rest}"})) == "too_large"

    def test_a_cell_of_more_than_a_cell_can_hold(self):
        cells = (
            "<row r='1'><c t='str'><v>Name</v></c><c t='str'><v>City</v></c></row>"
            f"<row r='2'><c t='str'><v>{'x' * 40_000}</v></c></row>"
        )
        assert refusal(rebuilt(workbook(*BASE), sheet1=sheet_xml(cells))) == "cell_size"
