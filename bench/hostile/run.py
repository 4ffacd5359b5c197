"""A run: so many bad inputs, and what came of them."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.hostile.commands import Calls
from bench.hostile.house import PUBLIC, WHO, Answer, Asked, House
from bench.hostile.inputs import Inputs
from bench.hostile.judge import faults
from bench.hostile.stored import mail_faults, mark_all
from bench.hostile.survey import MOST, Survey, look_around
from crm.core import jobs

# After so many inputs every page is looked at, and all is put back to how it was.
AT_ONCE = 250
# One command for so many requests.
COMMANDS = 20


@dataclass
class Told:
    """What came of it."""

    inputs: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    # What is wrong → how it was asked for, the first time.
    faults: dict[str, str] = field(default_factory=dict)
    marked: int = 0
    pages: int = 0
    forms: int = 0

    def blame(self, what: str, asked: str) -> None:
        """Note a fault, once for each kind."""
        self.faults.setdefault(what, asked)


class Run:
    """Bad inputs for a house, and then marks in all that it keeps."""

    def __init__(self, house: House, seed: int) -> None:
        self.told = Told()
        self._house, self._chance = house, random.Random(seed)  # noqa: S311 - the same again, not secret

    def send(self, survey: Survey, count: int) -> None:
        """So many requests, made from what a survey found."""
        self.told.pages, self.told.forms = sum(map(len, survey.pages.values())), len(survey.forms)
        inputs = iter(Inputs(self._house, survey, self._chance))
        while count > 0:
            for asked in itertools.islice(inputs, min(count, AT_ONCE)):
                self._send(asked)
            count -= AT_ONCE
            self._work()
            self._look(survey)
            self._house.anew()

    def call(self, folder: Path, count: int) -> None:
        """So many commands."""
        calls = Calls(self._house, folder, self._chance)
        for _ in range(count):
            said, wrong = calls.call()
            self.told.inputs += 1
            self.told.calls["broke" if wrong else "ended"] += 1
            if wrong:
                self.told.blame(wrong, said)
        self._house.complaints.taken()
        self._house.anew()

    def mark(self, who: Iterable[str] = WHO, most: int = MOST) -> Survey:
        """Put marks into the database itself, and look at everything; what was found on the way."""
        self.told.marked = mark_all(self._house)
        self._house.keep()
        self._house.seen = self._judge
        try:
            return look_around(self._house, who, most)
        finally:
            self._house.seen = None

    def _send(self, asked: Asked) -> None:
        self.told.inputs += 1
        try:
            answers = list(self._house.ask_apart(asked))
            if asked.who != PUBLIC and _is_out(answers[0][1]):
                self._house.let_in_again()
                answers = list(self._house.ask_apart(asked))
            for one, answer in answers:
                self._judge(one, answer)
        except Exception as error:
            self.told.blame(f"raised {type(error).__name__}: {error}"[:300], asked.in_words())

    def _judge(self, asked: Asked, answer: Answer) -> None:
        self.told.statuses[asked.kind, answer.status] += 1
        complaints = self._house.complaints.taken()
        for what in faults(asked, answer):
            self.told.blame(what + ("\n" + complaints[-1] if complaints else ""), asked.in_words())

    def _work(self) -> None:
        """Do the jobs that were ordered, and look at the mail that is owed."""
        with self._house.app.app_context():
            jobs.run_all()
        for complaint in self._house.complaints.taken():
            self.told.blame(f"a job: {complaint}", "a job")
        for what in mail_faults(self._house):
            self.told.blame(what, "a mail")

    def _look(self, survey: Survey) -> None:
        """One page of each view by one who may."""
        self._house.let_in_again()
        for places in survey.pages.values():
            who, address = self._chance.choice(places)
            parts = urlsplit(address)
            asked = Asked("afterwards", who, "GET", parts.path, parts.query)
            self._judge(asked, self._house.ask(asked))


def _is_out(answer: Answer) -> bool:
    """Whether somebody who was signed in is asked to sign in."""
    to = answer.headers.get("Location", "")
    return "/login" in to or to.endswith("/group/enter")
