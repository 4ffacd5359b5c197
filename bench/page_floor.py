"""Floor F of pages: the same SQL by the driver, one Jinja template, as many bytes, a bare Flask.

On PostgreSQL as one who is held by no row-level security. SQLite keeps 2 MB of pages, as it does unasked.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, Response, render_template_string

# By number: the statements with their parameters, and how long the page is. Written by our own run.
PAGES = pickle.loads(Path(os.environ["BENCH_PAGES"]).read_bytes())  # noqa: S301
TEMPLATE = """<!doctype html><title>{{ name }}</title><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>"""
app = Flask(__name__)


def _connect(address: str) -> Any:
    scheme, _colon, rest = address.partition("://")
    if scheme == "sqlite":
        return sqlite3.connect(rest.removeprefix("/"), check_same_thread=False)
    return psycopg.connect(f"postgresql://{rest}", autocommit=True)


connection = _connect(os.environ["BENCH_DATABASE"])


@app.get("/<int:number>")
def page(number: int) -> Response:
    """The rows of the statement that gives most, in a table, and blanks up to the length of ours."""
    statements, length = PAGES[number]
    answers = [connection.execute(statement, values).fetchall() for statement, values in statements]
    body = render_template_string(TEMPLATE, name=number, rows=max(answers, key=len)).encode()
    return Response((body + b" " * length)[:length], content_type="text/html; charset=utf-8")
