"""Ten thousand real groups in a coalition of their own, by the operator's commands, in one process.

python -m tests.browser.real_groups SLUG PASSWORD FILE… , in the environment of a site.
"""

from __future__ import annotations

import sys

from wsgi import app

PEOPLE = (("mara@county.example", "Mara", "coordinator"), ("otto@county.example", "Otto", "organizer"))


def fill(slug: str, password: str, files: list[str]) -> None:
    """Make the coalition, its two people, and import the files into it."""
    named = ("--name", "County Coalition", "--timezone", "America/Denver")
    _run("coalition", "create", slug, *named)
    for email, name, role in PEOPLE:
        own = ("--name", name, "--role", role, "--coalition", slug, "--password-stdin")
        _run("user", "create", email, *own, typed=password)
    for file in files:
        _run("import", "organizations", file, "--coalition", slug)


def _run(*command: str, typed: str = "") -> None:
    done = app.test_cli_runner().invoke(args=list(command), input=typed)
    if done.exit_code:
        raise SystemExit(f"flask {' '.join(command)}: {done.output}")


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2], sys.argv[3:])
