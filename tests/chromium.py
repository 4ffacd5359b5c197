"""The Chromium of the browser tests: `find()` for the tests, `python -m tests.chromium` for `make test`.

The command finds one, or installs Debian's where it may (as root, with apt-get), or says in one line how to.
The one that has no windows around its pages comes first: the same Chromium, in two thirds of the time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# No sandbox: root and most containers cannot have one, and the tests open nothing but our own pages.
# Without a graphics card, pages are drawn by the processor at once, not by way of one that it imitates.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-software-rasterizer",
)
REMEDY = (
    "The browser tests need a Chromium: sudo apt-get install chromium-headless-shell, "
    "or name one in the environment: CHROMIUM=/path/to/chrome make test"
)


class NoChromium(Exception):
    """There is none; the message is the remedy."""


def find() -> str:
    """The path of a Chromium: what CHROMIUM names, else the first one on this machine.

    Raises NoChromium with the line that says what to do.
    """
    if named := os.environ.get("CHROMIUM"):
        if path := shutil.which(named):
            return path
        raise NoChromium(f"CHROMIUM is set to {named}, which cannot be run.")
    candidates = (*NAMES, str(MACOS))
    # Ubuntu's chromium-browser may be a stub that only asks for its snap.
    found = (path for name in candidates if (path := shutil.which(name)) and _runs(path))
    if path := next(found, None):
        return path
    raise NoChromium(REMEDY)


def install() -> None:
    """Install Debian's; where there is no other, the one with windows. Raises CalledProcessError."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "fonts-liberation"]
    if subprocess.run([*install, SHELL], **quiet).returncode:
        subprocess.run([*install, "chromium"], check=True, **quiet)


def main() -> int:
    try:
        print(find())
    except NoChromium as missing:
        if os.environ.get("CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
            print(missing, file=sys.stderr)
            return 1
        print("Installing Debian's Chromium …")
        try:
            install()
            print(find())
        except (subprocess.CalledProcessError, NoChromium):
            print(REMEDY, file=sys.stderr)
            return 1
    return 0


def _runs(path: str) -> bool:
    command = [path, "--version"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
