"""A Muster of the browser tests: the real server and worker, on a database and a port of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from config import ROOT, new_field_keys, new_secret

LONGEST_START = 40.0  # seconds
LONGEST_STOP = 15.0


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One installation: its folder, its environment, its address and its process."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        # By its name: browsers make passkeys for no number.
        return f"http://localhost:{self.port}"

    @classmethod
    def prepare(cls, folder: Path, **settings: str) -> Site:
        """An installation that is not started yet, its database empty."""
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/muster.db",
            "SECRET_KEY": new_secret(),
            "FIELD_KEYS": new_field_keys(),
            "BASE_URL": f"http://localhost:{port}",
            "PORT": str(port),
            "LIMITS": "off",
            "WEB_WORKERS": "1",
            "LANG": "C.UTF-8",
            **settings,
        }
        return cls(folder, port, environment)

    def run(self, *arguments: str, typed: str = "") -> str:
        """Run an operator's command; what it printed. Fails with what it said when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=ROOT, env=self.environment, input=typed, text=True, capture_output=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Start the web server and the worker; wait until both answer."""
        with (self.folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + LONGEST_START
        while not self._answers("/readyz"):
            said = (self.folder / "server.log").read_text()
            assert self.process.poll() is None, f"the server ended: {said}"
            assert time.monotonic() < deadline, f"the server is not ready: {said}"
            time.sleep(0.2)

    def stop(self) -> None:
        """End it as Ctrl-C does, and hold it to ending soon."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=LONGEST_STOP)

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
