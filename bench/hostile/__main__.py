"""`python -m bench.hostile`."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

from flask_migrate import upgrade

from bench.hostile.house import House
from bench.hostile.run import COMMANDS, Run, Told
from bench.hostile.survey import look_around
from config import Settings, new_field_keys, new_secret
from crm import create_app
from crm.core.db import db
from crm.demo.operations import load_demo


def main() -> int:
    """Ask, tell, and end with 1 where anything was wrong."""
    options = argparse.ArgumentParser(prog="python -m bench.hostile")
    options.add_argument("--inputs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = furnished(Path(folder))
        run = Run(house, chosen.seed)
        files = Path(folder) / "files"
        files.mkdir()
        run.call(files, chosen.inputs // COMMANDS)
        survey = look_around(house)
        run.send(survey, chosen.inputs - chosen.inputs // COMMANDS)
        run.mark()
        house.close()
    sys.stdout.write("\n".join(_lines(run.told)) + "\n")
    return 1 if run.told.faults else 0


def furnished(folder: Path) -> House:
    """A house of its own in a folder, open."""
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'hostile.db'}",
            base_url="http://localhost",
            secret_key=new_secret(),
            field_keys=new_field_keys(),
            instance=folder,
            testing=True,
            limits=False,
            demo=True,
            extra={"ARGON2_CHEAP": True},
        )
    )
    with app.app_context():
        upgrade()
        access = load_demo()
        db.session.commit()
    house = House(app, access.password)
    house.open()
    return house


def _lines(told: Told) -> list[str]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    kinds: dict[str, Counter[int]] = {}
    for (kind, status), count in told.statuses.items():
        kinds.setdefault(kind, Counter())[status] += count
    answers = [
        f"  {kind:14} {sum(counts.values()):6}  "
        + " ".join(f"{status}:{counts[status]}" for status in sorted(counts))
        for kind, counts in sorted(kinds.items())
    ]
    return [
        f"{told.inputs} bad inputs, made from {told.pages} pages and {told.forms} forms; answers by status:",
        *answers,
        f"  commands       {sum(told.calls.values()):6}  "
        + " ".join(f"{how}:{told.calls[how]}" for how in told.calls),
        f"marks in {told.marked} columns of the database",
        *(f"FAULT {what}\n  {asked}" for what, asked in told.faults.items()),
        f"{len(told.faults)} faults, {used.ru_utime + used.ru_stime:.0f} s of CPU",
    ]


if __name__ == "__main__":
    sys.exit(main())
