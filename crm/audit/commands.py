"""`flask audit verify`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from crm.audit.verifying import Chain, is_in_a_chain, verify
from crm.coalitions.queries import list_coalitions
from crm.core.console import in_one_line
from crm.core.errors import Refused
from crm.core.transactions import reading

audit_group = AppGroup("audit", help="The audit.")


@audit_group.command("verify")
@click.option("--head", help="A hash that this command printed earlier: it must still be in a chain.")
@in_one_line
def verify_all(head: str | None) -> None:
    """Check that no entry of the audit was changed, removed or put in; a line for each fault, then exit 1.

    \b
    flask audit verify
    flask audit verify --head 5f0c…
    """
    noted = _read_hash(head)
    finding = verify()
    with reading():
        names = {one.id: one.slug for one in list_coalitions()}
        cut = noted is not None and not is_in_a_chain(noted)
    for chain in finding.chains:
        _say(chain, "the installation" if chain.coalition_id is None else names[chain.coalition_id])
    if finding.late:
        click.echo(f"{finding.late} entries were not sealed within 10 minutes: does a worker run?")
    if cut:
        click.echo(f"No chain holds {head}: what came before it was cut off or made anew.")
    if cut or not finding.holds:
        raise Refused("The audit does not hold.")


def _say(chain: Chain, name: str) -> None:
    for fault in chain.faults:
        click.echo(f"{name}: {fault}")
    if not chain.faults:
        click.echo(f"{name}: {chain.links} entries hold, up to {chain.last_hash.hex()}")


def _read_hash(text: str | None) -> bytes | None:
    try:
        return None if text is None else bytes.fromhex(text)
    except ValueError:
        raise Refused(f"{text!r} is not a hash as `flask audit verify` prints it.") from None
