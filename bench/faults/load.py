"""Who asks while servers are killed: groups that sign on, people at a door, an organizer with lists.

Each does what a person does: where no answer comes, or one that says "not saved", the very same form is sent
again. What was answered is written down here, apart from the server and its database.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from typing import Any, TypeVar

from bench.faults.browser import Answer, Browser
from crm.core.crypto import new_token

# An import of two batches, the second one not full.
LIST_ROWS = 700
COLUMNS = "Name,City,Kind,People represented"
# A form that is never answered, though nothing is killed any more.
LONGEST = 180.0
IMPORT = "/bench/organize/import/"
Made = TypeVar("Made")


@dataclass
class Ledger:
    """What one of them asked, and what was answered; how often nothing came, or another answer."""

    kind: str
    tried: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    # Connections that were refused or broke off, and pages that said "not saved".
    broken_off: int = 0
    not_saved: int = 0
    # Answers that are neither: by status.
    wrong: Counter[int] = field(default_factory=Counter)


class Unanswered(Exception):
    """It is not known whether what was sent is saved: it is sent again."""


class Client(threading.Thread):
    """One who asks on and on, each thing until it is answered."""

    kind = ""

    def __init__(self, browser: Browser, pause: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.browser, self.ledger, self.told = browser, Ledger(self.kind), threading.Event()
        self._pause, self._chance = pause, random.Random(seed)  # noqa: S311 - when to ask next
        # What kept it from going on: a fault of the bench, or a page that nobody expects.
        self.failed: Exception | None = None

    def run(self) -> None:
        """Until told; what was begun is gone on with until it is answered."""
        try:
            self._ask_on()
        except Exception as error:
            self.failed = error

    def _ask_on(self) -> None:
        self.until_answered(self.prepare)
        while not self.told.is_set():
            key = self.new_key()
            self.ledger.tried.add(key)
            if self.until_answered(partial(self.ask, key)):
                self.ledger.answered.add(key)
            self.told.wait(self._chance.uniform(0, 2 * self._pause))

    def new_key(self) -> str:
        """What names the next thing to ask, so that it is found in the database."""
        return new_token()[:40]

    def prepare(self) -> None:
        """Open the page with the form."""

    def ask(self, key: str) -> None:
        """Send it. Raises Unanswered where no answer says that it is kept."""
        raise NotImplementedError

    def until_answered(self, act: Callable[[], None]) -> bool:
        """Do it until it is answered; False where it never was."""
        end: float | None = None
        while True:
            if self.told.is_set():
                end = end or time.monotonic() + LONGEST
                if time.monotonic() > end:
                    return False
            try:
                act()
            except Unanswered:
                pass
            except (OSError, HTTPException):
                self.ledger.broken_off += 1
            else:
                return True
            time.sleep(0.1)

    def expect(self, answer: Answer, *statuses: int) -> Answer:
        """The answer, if its status is one of these. Raises Unanswered."""
        if answer.status in statuses:
            return answer
        if answer.status == 503:
            self.ledger.not_saved += 1
        else:
            self.ledger.wrong[answer.status] += 1
        raise Unanswered


def typed_sign_on(key: str, ticket: str) -> dict[str, str]:
    """What a group types, another one for each key, and presses."""
    return {
        "ticket": ticket,
        "name": f"Workers of Shop {key}",
        "kind": "union",
        "place": "Harbor City",
        "speaker_name": "Ana Ruiz",
        "speaker_email": f"{key.lower()}@people.example",
        "decided_how": "membership_vote",
        "decided_on": datetime.now(UTC).date().isoformat(),
        "all_minimum": "y",
        "step": "send",
    }


class SignOns(Client):
    """Groups that sign on, each by a form of its own."""

    kind = "sign-ons"

    def __init__(self, ticket_of: Callable[[str], str], *own: Any) -> None:
        super().__init__(*own)
        self._ticket_of = ticket_of

    def prepare(self) -> None:
        page = self.expect(self.browser.get("/bench/sign-on"), 200)
        self._form = page.form("speaker_email")

    def ask(self, key: str) -> None:
        typed = typed_sign_on(key, self._ticket_of(key))
        answer = self.browser.send("/bench/sign-on", {**self._form, **typed})
        self.expect(answer, 303)
        if not answer.location.endswith("/sent"):
            raise RuntimeError(f"a sign-on was refused: {answer.location}")


class Arrivals(Client):
    """People at the door of a meeting."""

    kind = "arrivals"

    def __init__(self, address: str, *own: Any) -> None:
        super().__init__(*own)
        self._address = address

    def prepare(self) -> None:
        self._form = self.expect(self.browser.get(self._address), 200).form("group")

    def ask(self, key: str) -> None:
        typed = {"form_key": key, "group": "Riders", "count": "2"}
        answer = self.browser.send(self._address, {**self._form, **typed}, accept="application/json")
        self.expect(answer, 200)


class Lists(Client):
    """An organizer who imports one list of groups after the other."""

    kind = "imports"

    def new_key(self) -> str:
        return str(len(self.ledger.tried) + 1)

    def ask(self, key: str) -> None:
        form = self._step(lambda: self.expect(self.browser.get(IMPORT), 200)).form("file")
        upload = self._step(lambda: self._kept(self.browser.send(IMPORT, form, file=_list(int(key)))))
        address = upload.location.removesuffix("/columns")
        self._step(lambda: self._kept(self._take_columns(address)))
        while not self._step(lambda: self._is_applied(address)):
            time.sleep(0.3)

    def _step(self, act: Callable[[], Made]) -> Made:
        """One step of several, again and again until it is answered: the others are not begun anew."""
        made: list[Made] = []
        if not self.until_answered(lambda: made.append(act())):
            raise Unanswered
        return made[0]

    def _kept(self, answer: Answer) -> Answer:
        return self.expect(answer, 302, 303)

    def _take_columns(self, address: str) -> Answer:
        page = self.browser.get(f"{address}/columns")
        if page.status in (302, 303):
            return page  # it was taken though no answer came
        return self.browser.send(f"{address}/columns", self.expect(page, 200).form("field"))

    def _is_applied(self, address: str) -> bool:
        """Press the button as soon as the preview is there."""
        page = self.expect(self.browser.get(address), 200)
        if "/undo" in page.text:
            return True
        if "/apply" in page.text:
            self.expect(self.browser.send(f"{address}/apply", page.form("/apply")), 302, 303)
        return False


def name_of(number: int, row: int) -> str:
    """A group of a list. Its number tells of which list it is."""
    return f"Neighbors of {number * LIST_ROWS + row} Alder Street"


def _list(number: int) -> tuple[str, bytes]:
    rows = [f"{name_of(number, row)},Harbor City,community,{row}" for row in range(LIST_ROWS)]
    return f"list-{number}.csv", "\r\n".join([COLUMNS, *rows]).encode()
