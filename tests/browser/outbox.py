"""The mail that an installation owes, read where it lies: no mail server is set up in the browser tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Collection

from config import ROOT
from tests.browser.site import Site

LONGEST_WAIT = 60.0  # seconds, for the worker
READ = """
import json, sys
from wsgi import app
from crm.mail.models import OutgoingMail
with app.app_context():
    mails = OutgoingMail.query.order_by(OutgoingMail.id)
    print(json.dumps([one.link for one in mails if one.recipient == sys.argv[1] and one.link]))
"""


def links_to(site: Site, address: str) -> list[str]:
    """The links that wait in the outbox for somebody, the oldest first."""
    done = subprocess.run(
        [sys.executable, "-c", READ, address],
        cwd=ROOT, env=site.environment, text=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def wait_for_link(site: Site, address: str, part: str, known: Collection[str] = ()) -> str:
    """The newest link to somebody that holds `part` and is not `known`, once the worker has written it."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not (found := [one for one in links_to(site, address) if part in one and one not in known]):
        assert time.monotonic() < deadline, f"no mail to {address} with {part}"
        time.sleep(1)
    return found[-1]
