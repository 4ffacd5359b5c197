"""The public lists that lie beside the checkout: read whole, mapped by guess, told apart; else skipped."""

from pathlib import Path

import pytest

from crm.exchange.columns import guess_mapping
from crm.exchange.tables import read_table
from crm.organizations.display import full_name
from crm.organizations.names import identity_key

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

# rows, organizations by the rule of identity, organizations without regard to ids
COUNTS = {
    "campuses_us_hifld.csv": (1656, 1656, 1655),
    "employers_nyc_bargaining_notices.csv": (2297, 2148, 2148),
    "organizations_king_county_wa.csv": (595, 594, 594),
    "organizations_mt_irs_bmf.csv": (6696, 6696, 6688),
    "organizations_organizing_groups_us_2016.csv": (146, 146, 146),
    "organizations_wa_spokane_irs_bmf.csv": (3728, 3728, 3573),
    "unions_names_messy.csv": (1175, 995, 995),
    "unions_teamsters_locals_olms.csv": (389, 389, 389),
    "unions_teamsters_locals_website.csv": (338, 338, 338),
}


def named_lists():
    return sorted(
        path.name
        for start in ("organizations", "unions", "campuses", "employers")
        for path in DATA.glob(f"{start}_*.csv")
    )


def read(name):
    """Each row as a dict by field."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} does not lie beside the checkout")
    with path.open("rb") as stream:
        table = read_table(stream, name)
        rows = list(table.rows)
    assert not [row for row in rows if row.problem]
    mapping = guess_mapping(table.columns, [row.cells for row in rows[:50]])
    places = {field: table.columns.index(column) for column, field in mapping.items()}
    return [{field: row.cells[place] for field, place in places.items()} for row in rows]


def named(row):
    number, group = row.get("local_number", ""), row.get("group_number", "")
    name = full_name(row["name"], number, row.get("unit", ""), group)
    return name, identity_key(name, row.get("city", ""), row.get("state", ""), number or group)


def test_no_list_is_forgotten():
    if not DATA.exists():
        pytest.skip("no data beside the checkout")
    assert named_lists() == sorted(COUNTS)


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_a_list_is_read_and_told_apart(name):
    rows = read(name)
    names = [named(row) for row in rows]
    assert all(shown for shown, _ in names)
    by_rule = {row.get("external_id") or key for row, (_, key) in zip(rows, names, strict=True)}
    assert (len(rows), len(by_rule), len({key for _, key in names})) == COUNTS[name]


def test_the_same_locals_in_two_lists_are_found_to_be_the_same():
    filings = {named(row)[1] for row in read("unions_teamsters_locals_olms.csv")}
    website = {named(row)[1] for row in read("unions_teamsters_locals_website.csv")}
    assert len(filings & website) == 286
