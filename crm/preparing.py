"""What `flask serve --prepare` does first: the newest tables, and a demo to look around in."""

from __future__ import annotations

import os
from pathlib import Path

from flask_migrate import upgrade

from config import Settings
from crm.accounts.operations import find_user_by_password
from crm.coalitions.queries import list_coalitions
from crm.core.db import db
from crm.core.transactions import reading
from crm.demo.commands import Bars
from crm.demo.content.people import COORDINATOR, ORGANIZER
from crm.demo.operations import load_demo

PASSWORD_FILE = "demo_password"  # noqa: S105 - its name


def prepare(settings: Settings) -> None:
    """The newest tables; and the demo, where the default database holds no coalition yet."""
    upgrade()
    with reading():
        empty = not list_coalitions()
    if empty and settings.default_database:
        with Bars() as progress:
            access = load_demo(progress=progress)
            db.session.commit()
        _keep(settings.instance / PASSWORD_FILE, access.password)


def demo_sign_ins(settings: Settings) -> list[str]:
    """How to sign in to the demo, as long as the password that was kept is the one that holds."""
    path = settings.instance / PASSWORD_FILE
    if not path.exists():
        return []
    password = path.read_text().strip()
    if find_user_by_password(COORDINATOR[0], password) is None:
        return []
    return [f"Demo sign-ins: {COORDINATOR[0]}, {ORGANIZER[0]}", f"Password of both: {password}"]


def _keep(path: Path, secret: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
