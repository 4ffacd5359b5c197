"""What is served to every reader is what was vetted, light enough, and drawn whole."""

import hashlib
import re
from pathlib import Path

import pytest

from crm.coalitions.theme import stylesheet

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "crm" / "static"
RECORDED = [line.split("  ") for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines()]
# The public stylesheet, not zipped; a public page is to stay under 60 KB on the first load, fonts apart.
PUBLIC_CSS = 39_000


@pytest.mark.parametrize(("checksum", "name"), RECORDED, ids=[name for _, name in RECORDED])
def test_a_vendored_file_is_the_one_that_was_fetched(checksum, name):
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == checksum


def test_no_vendored_file_goes_unrecorded():
    kept = {path.relative_to(STATIC).as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert kept - {name for _, name in RECORDED} == {"vendor/SHA256SUMS"}


def test_every_vendored_folder_has_its_licence():
    assert all((folder / "LICENSE").is_file() for folder in (STATIC / "vendor").iterdir() if folder.is_dir())


def test_at_most_four_fonts_are_served():
    assert 0 < len(list(STATIC.rglob("*.woff2"))) <= 4


def test_the_public_stylesheet_is_light():
    _version, content = stylesheet("poster", "#b3261e")
    assert b"/*" not in content and len(content) < PUBLIC_CSS


def test_the_stylesheets_name_files_that_are_there():
    for sheet in (STATIC / "css").glob("*.css"):
        for address in re.findall(r'url\("(?!data:)([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            assert address.startswith("/static/")
            assert (STATIC / address.removeprefix("/static/")).is_file(), address


def test_the_stylesheets_take_no_side():
    """Left and right would be wrong for half of our languages' directions."""
    sided = re.compile(
        r"(?<![-\w])(?:margin|padding|border)-(?:left|right)\b|(?<![-\w])(?:left|right)\s*:|float:\s*(?:left|right)"
    )
    for sheet in (STATIC / "css").glob("*.css"):
        assert sided.findall(sheet.read_text(encoding="utf-8")) == [], sheet.name


def test_every_icon_asked_for_by_name_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        asked = set(re.findall(r"\bicon\(\s*[\"']([\w-]+)[\"']", text)) | set(
            re.findall(r"icon_name=[\"']([\w-]+)[\"']", text)
        )
        assert asked - drawn == set(), template.relative_to(ROOT)
