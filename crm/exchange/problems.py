"""What can be wrong with a file or a cell, told in the reader's language.

A problem is kept as a code and values, so that a row staged by the worker in one language is read in another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.core.websites import BEFORE_AT

FILE_TEXTS: Mapping[str, Any] = {
    "empty": _l("There is nothing in this file."),
    "no_rows": _l("There is a header, but no row beneath it."),
    "encoding": _l(
        "The letters in this file cannot be read (line %(line)s). Save it as “CSV UTF-8” and try again."
    ),
    "nul": _l("This is not a text file (a NUL character in line %(line)s). Save it as CSV or XLSX."),
    "no_header": _l(
        "No line with column names was found; the first line reads “%(text)s”. "
        "Add a line on top that names the columns, such as Name, City, Website."
    ),
    "bad_header_line": _l("The file has no line %(line)s to take the column names from."),
    "quote": _l(
        "A quotation mark that opens in the row at line %(line)s never closes, or closes in the middle of "
        'a cell. Close it (or write "" for a quotation mark inside of a cell).'
    ),
    "cell_size": _l(
        "A cell in the row at line %(line)s is longer than %(limit)s characters. Shorten it and try again."
    ),
    "columns": _l("The file has %(number)s columns; more than %(limit)s cannot be read."),
    "row_count": _l("The file has more than %(limit)s rows. Split it and import the parts one by one."),
    "not_xlsx": _l("This file is called .xlsx but is no Excel workbook. Open it and save it again as XLSX."),
    "broken_xlsx": _l("This Excel workbook is damaged. Open it and save it again as XLSX."),
    "broken_ods": _l(
        "This OpenDocument sheet is damaged, or has a password. Open it and save it again as ODS without one."
    ),
    "old_excel": _l("This is an old (.xls) or a locked Excel file. Save it as XLSX without a password."),
    "other_type": _l("This is not a table. Save it as CSV or XLSX and try again."),
    "too_large": _l("This workbook unpacks to more than can be read at once. Save the sheet as CSV instead."),
    "file_gone": _l("The file is not kept any more. Upload it again."),
    "no_timeslots": _l(
        "The dates do not belong to these events: the first file needs a column id, the second id, event_id, "
        "start_date and end_date, as Mobilize's events and timeslots have them."
    ),
    "timeslots_alone": _l(
        "These are Mobilize's timeslots, which say when and not what. Upload its list of events here, and "
        "this file beside it, under “The dates of the events”."
    ),
    "no_sheet": _l("The workbook has no sheet called “%(name)s”."),
}

NOTE_TEXTS: Mapping[str, Any] = {
    "windows_1252": _l("Read as Windows-1252 because it is not UTF-8: check that accents look right."),
    "preset": _l("Recognized as an export of %(name)s. What it says beyond these columns is left out."),
    "kept_columns": _l("These columns are read as you kept them under “%(name)s”."),
    "duplicate_column": _l("The column name “%(name)s” occurs more than once; the next is called “%(new)s”."),
    "unnamed_column": _l("A column without a name is called “%(new)s”."),
    "lines_above": _l("Lines above the column names (line %(line)s) that were left out: %(number)s."),
    "lone_column": _l("The file is one column without a header; each line is taken as a name."),
    "two_header_lines": _l("Lines %(first)s and %(line)s together were taken as the column names."),
}

ROW_TEXTS: Mapping[str, Any] = {
    "total_line": _l("Skipped: a line of totals."),
    "section_line": _l("Skipped: a heading that spans the table (“%(text)s”)."),
    "repeated_header": _l("Skipped: the column names once more."),
    "row_longer": _l(
        "The row has more cells (%(number)s) than there are columns (%(columns)s): is a cell with a comma in "
        "it missing its quotation marks?"
    ),
    "no_name": _l("The row names no group."),
    "same_as": _l("The same group as in line %(line)s."),
    "same_person": _l("The same person as in line %(line)s."),
    "no_person": _l("The row names nobody: there is no name, no mail address and no telephone number."),
    "same_touch": _l("The same touch as in line %(line)s."),
    "same_event": _l("The same event as in line %(line)s."),
    "no_day": _l("The row says no day."),
    "no_title": _l("The row has no title."),
    "no_start": _l("The row does not say when it begins."),
    "event_deleted": _l("Skipped: it was deleted there."),
    "event_refused": _l("This event cannot be kept like this: check its day, its hours and its place."),
    "event_published": _l(
        "It is published: what this row changes would be told to people. Change it on its own page, or let a "
        "coordinator tick “Change published events, too”."
    ),
    "event_cancelled": _l("It is canceled here, so nothing of it is changed."),
    "event_known": _l(
        "It is here already, and what the row says of it can't be kept: change it on its own page."
    ),
    "no_group": _l(
        "The row names no group. Choose one group for all such rows, or name the group in a column."
    ),
    "group_unknown": _l("There is no group called “%(text)s” here. Import the groups first, or add it."),
    "group_many": _l("More than one group is called “%(text)s”. Add a column with their city or their id."),
    "group_elsewhere": _l("“%(text)s” is here, but in another place than the row says."),
    "group_archived": _l("“%(text)s” is archived, so nothing is added to it."),
}

CELL_TEXTS: Mapping[str, Any] = {
    "control": _l("The cell holds characters that cannot be shown (control or text-direction characters)."),
    "too_long": _l("“%(text)s” is longer than %(limit)s characters."),
    "no_letters": _l("“%(text)s” is not a name: it has no letters."),
    "date": _l("“%(text)s” is not a date that can be read. Write it like 2026-11-03."),
    "date_impossible": _l("“%(text)s” is not a day in the calendar."),
    "date_far": _l("“%(text)s” is too far in the past or in the future."),
    "people": _l("“%(text)s” is not a number of people."),
    "people_at_most": _l("“%(text)s” only says what the number is below. Write a number."),
    "stand": _l(
        "“%(text)s” cannot be read as a stand. Write yes, no, asked, with reservation, or board on a date."
    ),
    "stand_mark": _l("“%(text)s” could mean yes or no. Write yes or no."),
    "stage": _l("“%(text)s” is not a stage of outreach."),
    "stage_is_stand": _l(
        "“%(text)s” says what the group answered. That belongs to a demand, not to the stage of outreach."
    ),
    "kind": _l("“%(text)s” is not a kind of group that can be read."),
    "website": _l("“%(text)s” is not the address of a website."),
    "website_scheme": _l("“%(text)s”: only addresses that begin with http:// or https:// can be kept."),
    "website_userinfo": BEFORE_AT,
    "latitude": _l("“%(text)s” is not a latitude (a number from -90 to 90)."),
    "longitude": _l("“%(text)s” is not a longitude (a number from -180 to 180)."),
    "touch_future": _l("“%(text)s” is still to come, so it is no last touch."),
    "board_far": _l("“%(text)s” is more than three years away: check the year."),
    "identity_number": _l("This looks like a person's identity number, which is not kept."),
    "contact_phone": _l("“%(text)s” is not a telephone number: it was put into the note."),
    "contact_email": _l("“%(text)s” is not a mail address: it was put into the note."),
    "contact_note": _l("This is not plainly one person: all of it was put into the note."),
    "name_note": _l(
        "More than a name stands here: the group is called “%(name)s”, and all of it was put into the note."
    ),
    "name_from_contact": _l(
        "The row has no name, and this cell names “%(name)s”: that is what the group is called."
    ),
    "formula": _l("“%(text)s” looks like a formula; it is imported as text."),
    "assignee": _l("“%(text)s” is the name of nobody in this coalition: it was put into the note."),
    "touch_channel": _l("“%(text)s” is no way of being in touch that is known: say what it means."),
    "touch_outcome": _l("“%(text)s” is no outcome of a touch that is known: say what it means."),
    "touch_contact": _l("“%(text)s” is not among the people of this group: it was put into the note."),
    "no_hour": _l("“%(text)s” says no hour. Add a column with the hour at which it begins."),
    "event_kind": _l("“%(text)s” is no kind of event that is known."),
    "event_end": _l("It ends before it begins, or after more than 14 days: two hours are taken."),
    "date_twice": _l("“%(text)s”: there is a date on that day already, so this one was left out."),
    "event_series": _l("It is a series here: its days and hours are changed on its own page."),
    "event_moved": _l("It is here already, at another time: this makes another event."),
    "event_host": _l("The host “%(text)s” is not plainly one group here: it was left out."),
    "timezone": _l("“%(text)s” is not a time zone: the hours are taken as those of the coalition."),
    "yes_or_no": _l("“%(text)s” is neither yes nor no."),
    "until_before_since": _l("The last day is before the first one: it was left out."),
    "tag": _l("“%(text)s” can't be a tag: a tag is a word or a few, %(limit)s characters at most."),
    "tags_many": _l("“%(text)s” was left out: a group has at most %(limit)s tags."),
    "own_value": _l("“%(text)s” can't stand in “%(field)s”."),
    "parent_unknown": _l("There is no group called “%(text)s”, so no parent is set."),
    "parent_many": _l("More than one group is called “%(text)s”, so no parent is set."),
    "parent_circle": _l("“%(text)s” is this group or one of its own affiliates, so no parent is set."),
}

MAP_TEXTS: Mapping[str, Any] = {
    "map_column": _l("The file has no column called “%(name)s”."),
    "map_field": _l("“%(field)s” (for the column “%(name)s”) is not a field."),
    "map_demand": _l("There is no demand %(number)s for the column “%(name)s”."),
    "map_twice": _l("More than one column is mapped to “%(field)s”; only notes and tags may have several."),
    "map_no_name": _l("No column is mapped to the name of the organization."),
    "map_no_title": _l("No column is mapped to the title."),
    "map_no_start": _l(
        "No column is mapped to the day on which it begins. Mobilize keeps days in a file of their own: "
        "choose its timeslots as the second file."
    ),
    "map_no_day": _l("No column is mapped to the day."),
    "map_no_person": _l("No column is mapped to a name, a mail address or a telephone number of people."),
}

TEXTS: Mapping[str, Any] = {**MAP_TEXTS, **FILE_TEXTS, **NOTE_TEXTS, **ROW_TEXTS, **CELL_TEXTS}
SKIPS = frozenset({"total_line", "section_line", "repeated_header", "event_deleted"})
SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """A code from `TEXTS` and the values that its sentence names; both are plain, so they fit into JSON."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence, in the language of the request (English outside of one)."""
        return str(TEXTS[self.code]) % self.values

    @property
    def is_skip(self) -> bool:
        """Whether a row that has it is left out by design, rather than faulty."""
        return self.code in SKIPS

    def __str__(self) -> str:
        return self.message


class CellError(Problem):
    """Why the value of a cell cannot be taken."""


class TableError(Exception):
    """Why a file cannot be read; nothing of it may be kept. `line` counts from 1; None for the whole file."""

    def __init__(self, code: str, line: int | None = None, **values: str | int) -> None:
        self.line = line
        self.problem = Problem(code, values if line is None else {"line": line, **values})
        super().__init__(code)

    def __str__(self) -> str:
        return self.problem.message


def shortened(text: str) -> str:
    """The text as it is shown in a message: one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
