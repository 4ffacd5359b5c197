"""The operator's way to see that mail works."""

from __future__ import annotations

from email.utils import make_msgid

import click
from flask.cli import AppGroup

from crm.core import clock
from crm.core.console import checked_address, in_one_line
from crm.core.errors import Refused
from crm.mail.models import OutgoingMail
from crm.mail.server import Undeliverable, compose, deliver, server

mail_group = AppGroup("mail", help="Mail.")


@mail_group.command("test")
@click.argument("address")
@in_one_line
def test_mail(address: str) -> None:
    """Send a mail now and say what the mail server answered.

    \b
    flask mail test you@example.org
    """
    to = server()
    if to is None:
        raise Refused("MAIL_URL is not set, so mail waits. It looks like smtp://user:password@host:587?tls=1")
    mail = OutgoingMail(
        message_id=make_msgid(domain=to.helo),
        recipient=checked_address(address),
        subject="Muster can send mail",
        body="This is a test. If you read it, mail from Muster arrives.\n",
        created_at=clock.now(),
    )
    try:
        answer = deliver(to, address, compose(mail, to.sender))
    except (OSError, Undeliverable) as error:
        raise Refused(f"{to.host}:{to.port} did not take it: {error}") from None
    click.echo(f"{to.host}:{to.port} answered: {answer}")
