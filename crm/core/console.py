"""What every operator's command needs: errors in one line on stderr, and a password that nobody sees."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from config import SettingsError
from crm.core.errors import Refused
from crm.core.late import LateModule

if TYPE_CHECKING:
    import email_validator
    import tqdm
else:
    email_validator, tqdm = LateModule("email_validator"), LateModule("tqdm")

P = ParamSpec("P")
R = TypeVar("R")
# Told (done, of all), again and again.
Progress = Callable[[int, int], None]


def in_one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Say in one line on stderr what an operator can put right, and end with 1."""

    @wraps(command)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (Refused, SettingsError, OSError) as error:
            raise click.ClickException(_line(error)) from None
        except UnicodeError:
            raise click.ClickException("What was typed, or a file of text, is no UTF-8.") from None
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(_about_the_database(error)) from None

    return said


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A progress bar of rows on standard error, where that is a terminal."""
    with tqdm.tqdm(desc=label, unit=" rows", disable=not sys.stderr.isatty(), file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield progress


def ask_password(from_stdin: bool) -> str:
    """A password from the first line of stdin, or typed twice without being shown."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def checked_address(text: str) -> str:
    """A mail address as it will be written to. Raises Refused."""
    try:
        return email_validator.validate_email(
            text, check_deliverability=False, test_environment=True
        ).normalized
    except email_validator.EmailNotValidError:
        raise Refused(f"{text!r} is not a mail address.") from None


def _about_the_database(error: DBAPIError) -> str:
    text = _line(error.orig or error)
    if "no such table" in text or "does not exist" in text:
        return f"The database is not up to date: run `flask db upgrade` first. ({text})"
    return f"The database can't be used: {text}"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
