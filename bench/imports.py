"""Target 8 of 6-performance.md: the import of many organizations against floor I, and its memory."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.seed import SLUG, application, environment
from bench.table import Row
from config import ROOT
from crm.coalitions.operations import create_coalition
from crm.core.db import db
from crm.organizations.models import OrganizationKind

# The import that is held against the floor, and the one of which the memory is. BENCH_ROWS makes them others.
FEW, MANY = (int(rows) for rows in os.environ.get("BENCH_ROWS", "50000,500000").split(","))
HEADINGS = ("Name", "Kind", "People represented", "Address", "City", "State", "Website")
STREETS = "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper Katsura Larch Maple Nutmeg Oak".split()
CITIES = "Harbor City,Bellwater,Old Mill,Spring Ford,Three Rivers,Granite Point,Lakeside".split(",")


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds of CPU, and the most memory in MB."""

    cpu: float
    memory: float


def run(folder: Path) -> list[Row]:
    """Ours and the floor one after the other, each into an empty database of its own; then the large one."""
    ours, floor = _ours(folder, FEW), _floor(folder, FEW)
    large = _ours(folder, MANY)
    return [
        Row(8, f"import of {FEW:,} groups: speed", floor.cpu / ours.cpu, 0.5, at_least=True, unit="x I"),
        Row(8, f"import: memory with {MANY:,} to {FEW:,}", large.memory / ours.memory, 1.2, unit="times"),
    ]


def _ours(folder: Path, count: int) -> Spent:
    path, settings, _coalition_id = _prepare(folder / f"ours-{count}", count)
    command = ("-m", "flask", "import", "organizations", str(path), "--coalition", SLUG)
    return _spent(command, settings)


def _floor(folder: Path, count: int) -> Spent:
    path, settings, coalition_id = _prepare(folder / f"floor-{count}", count)
    database = settings["DATABASE_URL"].removeprefix("sqlite:///")
    return _spent(("-m", "bench.import_floor", str(path), database, str(coalition_id)), settings)


def _prepare(folder: Path, count: int) -> tuple[Path, Mapping[str, str], int]:
    """A file of so many groups, the settings of a database with a coalition, and the coalition's id."""
    folder.mkdir()
    settings = environment(folder)
    app = application(folder, settings)
    with app.app_context():
        coalition_id = create_coalition(slug=SLUG, name="Benchmark", timezone="America/Los_Angeles").id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    path = folder / "groups.csv"
    kinds = tuple(OrganizationKind)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(HEADINGS)
        for number in range(count):
            street, city = STREETS[number % 15], CITIES[number * 13 % 7]
            name, site = f"Neighbors of {number} {street} Street", f"https://group{number}.example"
            kind, address = kinds[number % len(kinds)], f"{number} {street} Street"
            rows.writerow((name, kind, number % 900, address, city, "WA", site))
    return path, settings, coalition_id


def _spent(command: tuple[str, ...], settings: Mapping[str, str]) -> Spent:
    process = subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
