"""Reading CSV files: encodings, delimiters, headers, lines that are no groups, and files that are broken."""

import io
import tracemalloc

import pytest

from crm.exchange.problems import TableError
from crm.exchange.tables import read_table


def opened(text, encoding="utf-8", **options):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_table(io.BytesIO(content), "groups.csv", **options)


def cells(table):
    return [row.cells for row in table.rows if row.problem is None]


def refusal(content, name="groups.csv"):
    with pytest.raises(TableError) as caught:
        list(read_table(io.BytesIO(content), name).rows)
    assert str(caught.value)
    return caught.value.problem.code, caught.value.line


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_delimiters_and_encodings_are_found(delimiter, encoding):
    table = opened(f"Name{delimiter}City\r\nUnión Ñandú{delimiter}Elmville\r\n", encoding)
    assert table.columns == ("Name", "City")
    assert cells(table) == [("Unión Ñandú", "Elmville")]


def test_windows_1252_is_told():
    table = opened("Name,City\nUnión,Elm\n", "cp1252")
    assert [note.code for note in table.notes] == ["windows_1252"]


def test_mac_roman_is_not_taken_for_windows_1252():
    assert refusal("Name,City\nJosé Club,Elm\nAndré Club,Elm\n".encode("mac-roman")) == ("encoding", 2)


def test_utf_8_that_breaks_in_the_middle_is_refused_with_its_line():
    good = "Name,City\nUnión,Elm\n" + "Peña,Elm\n" * 5
    assert refusal(good.encode() + b"Jos\xe9,Elm\n") == ("encoding", 8)


def test_a_line_that_names_the_separator_is_obeyed():
    assert cells(opened("sep=;\nName;Size\nA, B and C;5\n")) == [("A, B and C", "5")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way_and_are_counted(ending):
    table = opened(ending.join(["Name,Note", '"Lamp', 'League",x', "", "Kites,y", ""]))
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, (f"Lamp{ending}League", "x")),
        (5, ("Kites", "y")),
    ]


class TestHeader:
    def test_title_lines_above_are_left_out_and_told(self):
        table = opened("Coalition list 2026,,\nupdated 11/3,,\n\nName,City,Kind\nLamp League,Elm,union\n")
        assert table.columns == ("Name", "City", "Kind")
        assert table.line == 4
        assert [note.code for note in table.notes] == ["lines_above"]

    def test_two_lines_with_gaps_become_one(self):
        table = opened(
            "Group,Contact,,Demands,,\n,Name,Phone,1,2,3\nLamp League,Jo,206-555-0143,yes,no,asked\n"
        )
        assert table.columns == (
            "Group", "Contact / Name", "Contact / Phone", "Demands / 1", "Demands / 2", "Demands / 3",
        )  # fmt: skip
        assert len(cells(table)) == 1
        assert [note.code for note in table.notes] == ["two_header_lines"]

    def test_a_band_above_names_the_columns_beneath(self):
        table = opened(",,Demands,,\nGroup,City,D1,D2,D3\nLamp League,Elm,yes,no,asked\n")
        assert table.columns == ("Group", "City", "Demands / D1", "Demands / D2", "Demands / D3")

    def test_a_sparse_first_row_is_not_a_second_header_line(self):
        table = opened("Group,Contact,,Phone\nLamp League,,x,\nKites,Jo,,1\n")
        assert [row[0] for row in cells(table)] == ["Lamp League", "Kites"]

    def test_names_that_repeat_are_numbered_and_told(self):
        table = opened("Name,Note,Note,Note\na,1,2,3\n")
        assert table.columns == ("Name", "Note", "Note (2)", "Note (3)")
        assert [note.code for note in table.notes] == ["duplicate_column"] * 2

    def test_a_column_without_a_name_gets_its_letter_and_an_empty_one_goes(self):
        table = opened("Name,,City,,\nLamp League,here,Elm,,\n")
        assert table.columns == ("Name", "Column B", "City")
        assert cells(table) == [("Lamp League", "here", "Elm")]

    def test_unknown_words_over_figures_are_a_header(self):
        assert opened("Zork,Blarg\nLamp League,12\nKites,13\n").columns == ("Zork", "Blarg")

    def test_data_alone_is_refused(self):
        assert refusal(b"Lamp League,Elm,WA,98101\nKites,Oak,WA,98102\n") == ("no_header", None)

    def test_the_line_of_the_header_can_be_said(self):
        rows = "Lamp League,Elm\nFoo,Bar\nKites,Oak\n"
        assert opened(rows, header_line=2).columns == ("Foo", "Bar")
        without = opened(rows, header_line=0)
        assert without.columns == ("Column A", "Column B")
        assert len(cells(without)) == 3

    def test_a_line_that_is_not_there_is_refused(self):
        with pytest.raises(TableError, match="no line 9"):
            opened("Name,City\nKites,Oak\n", header_line=9)

    def test_a_lone_column_of_names_needs_no_header(self):
        table = opened("Lamp League\nKites, Balloons and Co\nElm Union\n")
        assert table.columns == ("Column A",)
        assert cells(table) == [("Lamp League",), ("Kites, Balloons and Co",), ("Elm Union",)]
        assert [note.code for note in table.notes] == ["lone_column"]

    def test_a_lone_column_may_have_one(self):
        assert cells(opened('text\n"Lamp League, Inc."\nKites\n')) == [("Lamp League, Inc.",), ("Kites",)]


class TestRows:
    HEAD = "Name,City,Size\n"

    def problems(self, text):
        return [row.problem.code if row.problem else None for row in opened(self.HEAD + text).rows]

    @pytest.mark.parametrize("total", ["Total", "TOTAL:", "Grand total", "Total groups: 2", "Totales", "Sum"])
    def test_a_line_of_totals_is_skipped(self, total):
        assert self.problems(f"Lamp League,Elm,5\nKites,Oak,7\n{total},,12\n") == [None, None, "total_line"]

    def test_figures_alone_at_the_end_are_totals(self):
        assert self.problems("Lamp League,Elm,5\nKites,Oak,7\n,,12\n") == [None, None, "total_line"]

    def test_a_group_may_be_called_total_something(self):
        assert self.problems("Total Harmony Choir,Elm,5\nKites,Oak,7\n") == [None, None]

    def test_a_heading_of_a_kind_is_skipped(self):
        assert self.problems("UNIONS,,\nTinsmiths,Elm,5\n") == ["section_line", None]

    def test_column_names_that_come_again_are_skipped(self):
        assert self.problems("Kites,Elm,5\nName,City,Size\nLamps,Elm,6\n") == [None, "repeated_header", None]

    def test_a_row_with_more_cells_than_columns_is_bad_and_the_others_are_not(self):
        assert self.problems("Kites, Inc.,Elm,5\nLamps,Elm,6\n") == ["row_longer", None]

    def test_blanks_beyond_the_columns_and_short_rows_are_fine(self):
        table = opened(self.HEAD + "Kites,Elm,5,,,\nLamps\n")
        assert cells(table) == [("Kites", "Elm", "5"), ("Lamps", "", "")]

    def test_blank_lines_are_passed_over_and_counted(self):
        assert [row.line for row in opened(self.HEAD + "\n,,\nKites,Elm,5\n  ,,\nLamps,Elm,6\n").rows] == [
            4,
            6,
        ]

    def test_a_skip_is_told_apart_from_a_fault(self):
        total, fault = (row.problem for row in opened(self.HEAD + "Total,,5\na,b,c,d\n").rows)
        assert total.is_skip
        assert not fault.is_skip
        assert "4" in fault.message


class TestBroken:
    def test_nothing(self):
        assert refusal(b"") == ("empty", None)
        assert refusal(b"\n\n , \n") == ("empty", None)

    def test_a_header_alone(self):
        assert refusal(b"Name,City\n") == ("no_rows", None)

    def test_a_quote_that_never_closes(self):
        rows = "".join(f"Group {i},Elm\n" for i in range(50))
        assert refusal(f'Name,City\n{rows}"Lamp League,Elm\n{rows}'.encode()) == ("quote", 52)

    def test_a_quote_that_never_closes_in_a_large_file(self):
        rows = "".join(f"Group {i},Elm\n" for i in range(50_000))
        assert refusal(f'Name,City\nKites,Elm\n"Lamp League,Elm\n{rows}'.encode()) == ("quote", 3)

    def test_a_quote_that_the_next_quote_seems_to_close(self):
        assert refusal(b'Name,City\n"Lamp League,Elm\n"Kites",Oak\n') == ("quote", 2)

    def test_two_megabytes_in_one_cell(self):
        assert refusal(b'Name,City\nKites,Elm\n"' + b"x" * 2_000_000 + b'",Oak\n') == ("cell_size", 3)
        assert refusal(b"Name,City\n" + b"x" * 2_000_000 + b",Oak\n") == ("cell_size", 2)
        assert refusal(b"Name,City\n" + b"x" * 40_000 + b",Oak\n") == ("cell_size", 2)

    def test_a_nul(self):
        assert refusal(b"Name,City\nKites,Elm\nLamp\0s,Elm\n") == ("nul", 3)

    def test_more_than_two_hundred_columns(self):
        head = ",".join(f"Note {i}" for i in range(201))
        assert refusal(f"{head}\n{',' * 200}\nx\n".encode()) == ("columns", None)

    def test_a_picture(self):
        assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "groups.csv") == ("other_type", None)

    def test_bytes_without_sense(self):
        assert refusal(bytes(range(1, 256)) * 20)[0] in ("encoding", "nul")


def test_memory_stays_flat(tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("Name,City,Note\n" + "Lamp League of Elm,Elm,a note of some length\n" * 20_000)
    tracemalloc.start()
    with path.open("rb") as stream:
        count = sum(1 for _ in read_table(stream, path.name).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 5_000_000
