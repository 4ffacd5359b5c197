"""A mail server on loopback that keeps what it is given and answers as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Letter:
    """One mail as it came over the wire."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class Post:
    """The server's address, what it was given, and what it answers to RCPT and to the text."""

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    to_recipient: str = "250 ok"
    to_text: str = "250 2.0.0 queued as 42"
    helo: str = ""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        post: Post = self.server.post  # type: ignore[attr-defined]
        self._say("220 post.example")
        sender, recipients = "", []
        for line in iter(self.rfile.readline, b""):
            verb, _, rest = line.decode().strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    post.helo = rest
                    self._say("250 post.example")
                case "MAIL":
                    sender = rest.split("<")[1].split(">")[0]
                    self._say("250 ok")
                case "RCPT":
                    recipients.append(rest.split("<")[1].split(">")[0])
                    self._say(post.to_recipient)
                case "DATA":
                    self._say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    if post.to_text.startswith("250"):
                        message = message_from_bytes(text, policy=default)
                        post.letters.append(Letter(sender, recipients, message))  # type: ignore[arg-type]
                    self._say(post.to_text)
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def post_office() -> Iterator[Post]:
    """Serve mail on a free port of 127.0.0.1."""
    post = Post()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.post = post  # type: ignore[attr-defined]
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join()
