"""The translation catalogues: one for each feature and language, in crm/translations/<feature>/<language>/.

    scripts/messages.py extract [FEATURE …]   bring the .po files up to date with the texts in the code
    scripts/messages.py missing [FEATURE …]   list what is not translated; exit 1 when there is any
    scripts/messages.py compile               write the .mo files that the program reads

A feature's texts stand in crm/<feature>/, templates/<feature>/ and templates/mail/<feature>/; what belongs to
no feature belongs to `core`. The files hold no dates and no line numbers, so that a change of one text is a
diff of one text.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "crm" / "translations"
# English is the language of the code.
LANGUAGES = ("es",)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


@cache
def list_features() -> tuple[str, ...]:
    """Every package in crm/, core included."""
    return tuple(sorted(path.parent.name for path in (ROOT / "crm").glob("*/__init__.py")))


def feature_of(path: Path) -> str:
    """Which catalogue the texts of a file belong to; the path is relative to the root."""
    parts = path.parts[1:-1]
    if parts[:1] == ("mail",) and path.parts[0] == "templates":
        parts = parts[1:]
    return parts[0] if parts and parts[0] in list_features() else "core"


def extract() -> dict[str, Catalog]:
    """The texts that stand in the code, untranslated, by feature."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    catalogues = {feature: Catalog(fuzzy=False) for feature in list_features()}
    for top in ("crm", "templates"):
        found = extract_from_dir(
            ROOT / top, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for name, line, text, comments, context in found:
            path = Path(top) / name
            catalogues[feature_of(path)].add(
                text, locations=[(path.as_posix(), line)], auto_comments=comments, context=context
            )
    return catalogues


def catalogue_path(feature: str, language: str) -> Path:
    return CATALOGUES / feature / language / "LC_MESSAGES" / "messages.po"


def read(feature: str, language: str) -> Catalog:
    """The catalogue as it stands; an empty one when there is no file."""
    path = catalogue_path(feature, language)
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def render(catalogue: Catalog) -> bytes:
    """A .po file, sorted by text."""
    out = BytesIO()
    header = HEADER.format(language=catalogue.locale, plural_forms=catalogue.plural_forms)
    out.write(header.encode())
    write_po(out, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return out.getvalue()


def updated(feature: str, language: str, template: Catalog) -> Catalog:
    """The catalogue with the template's texts: translations kept, nothing guessed, nothing obsolete."""
    catalogue = read(feature, language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def list_messages(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def is_translated(message: Message) -> bool:
    """Whole, and looked at by a person (not fuzzy)."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts) and not message.fuzzy


def write_catalogues(features: Sequence[str]) -> int:
    """Write the .po files; returns 0."""
    templates = extract()
    for feature in features:
        for language in LANGUAGES:
            path = catalogue_path(feature, language)
            catalogue = updated(feature, language, templates[feature])
            if not len(catalogue):
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, render(catalogue))
            waiting = sum(not is_translated(message) for message in list_messages(catalogue))
            print(f"{feature} {language}: {len(catalogue)} texts, {waiting} to translate")
    return 0


def print_missing(features: Sequence[str]) -> int:
    """Print what is not translated; returns 1 when there is any, else 0."""
    templates = extract()
    missing = [
        f"{feature} {language}: {message.id!r}"
        for feature in features
        for language in LANGUAGES
        for message in list_messages(updated(feature, language, templates[feature]))
        if not is_translated(message)
    ]
    print("\n".join(missing) or "every text is translated")
    return 1 if missing else 0


def compile_catalogues(features: Sequence[str]) -> int:
    """Write the .mo files beside the .po files that are newer, and drop those left alone; returns 0."""
    for compiled in CATALOGUES.glob("*/*/LC_MESSAGES/messages.mo"):
        if not compiled.with_suffix(".po").exists():
            compiled.unlink()
    for path in CATALOGUES.glob("*/*/LC_MESSAGES/messages.po"):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime:
            continue
        out = BytesIO()
        with path.open("rb") as file:
            write_mo(out, read_po(file, locale=path.parts[-3]))
        _replace(compiled, out.getvalue())
    return 0


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all, so that a running program never reads half a file."""
    new = path.with_suffix(path.suffix + ".new")
    new.write_bytes(content)
    new.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    actions: dict[str, Callable[[Sequence[str]], int]] = {
        "extract": write_catalogues,
        "missing": print_missing,
        "compile": compile_catalogues,
    }
    for name, action in actions.items():
        command = commands.add_parser(name, help=action.__doc__)
        command.set_defaults(action=action, features=[])
        if action is not compile_catalogues:
            command.add_argument("features", nargs="*", metavar="FEATURE")
    arguments = parser.parse_args()
    known = list_features()
    if unknown := set(arguments.features) - set(known):
        parser.error(f"no such feature: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return int(arguments.action(arguments.features or known))


if __name__ == "__main__":
    sys.exit(main())
