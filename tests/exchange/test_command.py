"""`flask import organizations`, on real lists and on faulty ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from crm.coalitions.models import Coalition
from crm.core.db import db
from crm.exchange.models import Import, ImportRow
from crm.organizations.models import Contact, Organization, OrganizationKind
from crm.outreach.models import Interaction
from tests.exchange.sheets import csv_of
from tests.makers import make_organization
from tests.pages import ON_POSTGRESQL

# What the lists give, as docs/using/import.md tells: created, and skipped as repeats of an earlier row.
SMALL = {
    "organizations_king_county_wa.csv": (594, 1),
    "organizations_organizing_groups_us_2016.csv": (146, 0),
    "unions_teamsters_locals_olms.csv": (389, 0),
    "unions_teamsters_locals_website.csv": (338, 0),
}
# How many of their groups stand under another one.
UNDER = {"organizations_king_county_wa.csv": 186}
# What would come of each row of a large list is known once it is read. The other list of the IRS has the same
# layout and fewer names that repeat; `test_real_lists` reads it whole.
LARGE = {
    "campuses_us_hifld.csv": (1656, 0),
    "employers_nyc_bargaining_notices.csv": (2148, 149),
    "organizations_wa_spokane_irs_bmf.csv": (3728, 0),
}
# Of many rows, with repeats in other batches of them: once in, and read again.
MESSY_NAMES = "unions_names_messy.csv", 995, 180


def run(app: Flask, *arguments: object) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["import", "organizations", *map(str, arguments)])
    db.session.rollback()
    return result


def count(model: type = Organization) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    path = tmp_path / "groups.csv"
    rows = [["Name", "City", "Members"], ["Dockers Local 4", "Tacoma", "many"], ["", "Butte", "3"]]
    path.write_bytes(csv_of([*rows, ["Parish", "Butte", "120"]]))
    return path


def check_list(app: Flask, path: Path, created: int, repeats: int, *again: str) -> None:
    """A list comes in, and the same list again changes nothing; `again` are more options for that."""
    first = run(app, path, "--coalition", "harbor")
    assert first.exit_code == 0, first.stderr
    assert first.stdout == f"{created} created, 0 changed, 0 unchanged, {repeats} skipped, 0 refused.\n"
    assert count() == created
    second = run(app, path, "--coalition", "harbor", *again).stdout.removeprefix("Would be: ")
    assert second == f"0 created, 0 changed, {created} unchanged, {repeats} skipped, 0 refused.\n"
    assert count() == created


@pytest.mark.parametrize("name", SMALL)
def test_a_real_list_comes_in_once(app: Flask, coalition: Coalition, real_data: Path, name: str):
    check_list(app, real_data / name, *SMALL[name])
    under = select(func.count()).select_from(Organization).where(Organization.parent_id.is_not(None))
    assert db.session.scalar(under) == UNDER.get(name, 0)


@pytest.mark.skipif(ON_POSTGRESQL, reason="the large lists are read on SQLite alone, for the time they take")
def test_a_large_real_list_comes_in_once(app: Flask, coalition: Coalition, real_data: Path):
    name, created, repeats = MESSY_NAMES
    # What would be created or changed is known once the rows are read; to apply nothing proves no more.
    check_list(app, real_data / name, created, repeats, "--dry-run")


@pytest.mark.skipif(ON_POSTGRESQL, reason="the large lists are read on SQLite alone, for the time they take")
@pytest.mark.parametrize("name", LARGE)
def test_every_row_of_a_large_real_list_would_make_a_group(
    app: Flask, coalition: Coalition, real_data: Path, name: str
):
    told = run(app, real_data / name, "--coalition", "harbor", "--dry-run").stdout
    created, repeats = LARGE[name]
    assert told == f"Would be: {created} created, 0 changed, 0 unchanged, {repeats} skipped, 0 refused.\n"


def test_two_lists_of_the_same_locals_make_one_directory(app: Flask, coalition: Coalition, real_data: Path):
    run(app, real_data / "unions_teamsters_locals_olms.csv", "--coalition", "harbor")
    result = run(app, real_data / "unions_teamsters_locals_website.csv", "--coalition", "harbor")
    assert result.stdout.startswith("52 created, 286 changed")
    assert count() == 389 + 52


def test_what_was_refused_and_left_out_is_listed_by_line(app: Flask, coalition: Coalition, groups: Path):
    result = run(app, groups, "--coalition", "harbor")
    assert result.exit_code == 0
    assert result.stdout == "2 created, 0 changed, 0 unchanged, 0 skipped, 1 refused.\n"
    assert "line 3: refused: The row names no group." in result.stderr
    assert "line 2, Members: “many” is not a number of people." in result.stderr


def test_a_dry_run_says_what_would_be_and_leaves_nothing(app: Flask, coalition: Coalition, groups: Path):
    result = run(app, groups, "--coalition", "harbor", "--dry-run")
    assert result.stdout.startswith("Would be: 2 created")
    assert (count(), count(Import), count(ImportRow)) == (0, 0, 0)


def test_columns_and_the_kind_can_be_said(app: Flask, coalition: Coalition, groups: Path):
    more = ("--map", "Members=", "--map", "City=place", "--kind", "student_group")
    result = run(app, groups, "--coalition", "harbor", *more)
    assert result.exit_code == 0, result.stderr
    parish = db.session.scalars(select(Organization).where(Organization.name == "Parish")).one()
    assert (parish.size, parish.place, parish.kind) == (None, "Butte", OrganizationKind.STUDENT_GROUP)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--coalition", "nowhere"), "There is no coalition 'nowhere'."),
        (("--coalition", "harbor", "--map", "Nope=name"), "The file has no column called “Nope”."),
        (("--coalition", "harbor", "--map", "City=nope"), "“nope” (for the column “City”) is not a field."),
        (("--coalition", "harbor", "--map", "City"), "--map City: write COLUMN=FIELD."),
    ],
)
def test_a_mistake_is_told_in_one_line(app, coalition, groups, arguments, message):
    result = run(app, groups, *arguments)
    assert (result.exit_code, result.stderr) == (1, f"Error: {message}\n")
    assert (count(), count(Import)) == (0, 0)


def test_a_file_that_breaks_at_its_end_imports_nothing(app: Flask, coalition: Coalition, tmp_path: Path):
    path = tmp_path / "broken.csv"
    path.write_bytes(b"Name,City\n" + b"A,B\n" * 700 + b'"Open,x\n')
    result = run(app, path, "--coalition", "harbor")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: A quotation mark that opens in the row at line 702")
    assert (count(), count(ImportRow)) == (0, 0)


def test_people_and_touches_come_in_by_command_as_well(app: Flask, coalition: Coalition, tmp_path: Path):
    make_organization("Parish")
    people, calls = tmp_path / "people.csv", tmp_path / "calls.csv"
    people.write_bytes(csv_of([["Full name", "Mail"], ["Ana Ruiz", "ana@parish.example"]]))
    rows = [["Date", "Group", "Channel", "Result"], ["2026-11-03", "Parish", "call", "Left VM!"]]
    calls.write_bytes(csv_of([*rows, ["", "X", "", ""]]))
    runs = []
    for kind, path, option in (
        ("contacts", people, ("--into", "parish")),
        ("contacts", people, ("--into", "Nobody")),
        ("interactions", calls, ("--word", "left vm=so so")),
        ("interactions", calls, ("--word", "left vm=left_message")),
    ):
        db.session.commit()
        arguments = ["import", kind, str(path), "--coalition", "harbor", *option]
        runs.append(app.test_cli_runner().invoke(args=arguments))
        db.session.rollback()
    assert [run.stdout for run in runs] == [
        "1 created, 0 changed, 0 unchanged, 0 skipped, 0 refused.\n",
        "",
        "",
        "1 created, 0 changed, 0 unchanged, 0 skipped, 1 refused.\n",
    ]
    assert (
        runs[1].stderr
        == "Error: There is no group called “Nobody” here. Import the groups first, or add it.\n"
    )
    assert runs[2].stderr.startswith("Error: --word left vm=so so: write WORD=MEANING, with one of reached,")
    assert (count(Contact), count(Interaction)) == (1, 1)
