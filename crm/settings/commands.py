"""The operator's first commands: a coalition and its people."""

from __future__ import annotations

import click
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from crm.access.operations import make_password_link, tell_coordinators_of
from crm.accounts.models import User
from crm.accounts.operations import create_user, find_membership, join, new_password_hash
from crm.accounts.queries import find_user
from crm.audit.operations import record
from crm.coalitions.models import Coalition
from crm.coalitions.operations import create_coalition
from crm.coalitions.queries import find_coalition, list_coalitions
from crm.core.console import ask_password, checked_address, in_one_line
from crm.core.db import db
from crm.core.errors import Refused
from crm.core.permissions import Role
from crm.core.tenancy import in_coalition
from crm.core.transactions import reading

ROLES = click.Choice([role.value for role in Role])
password_option = click.option("--password-stdin", is_flag=True, help="Take the password from stdin.")


@click.command()
@click.option(
    "--slug", prompt="Address, as in seattle-sanctuary", help="The coalition's part of the address."
)
@click.option("--name", prompt="Name of the coalition", help="As it stands on the pages.")
@click.option("--timezone", prompt="Time zone, as in America/Los_Angeles", help="An IANA name.")
@click.option("--email", prompt="Your mail address", help="The first coordinator signs in with it.")
@click.option("--user-name", prompt="Your name", help="As the others see it.")
@password_option
@with_appcontext
@in_one_line
def setup(slug: str, name: str, timezone: str, email: str, user_name: str, password_stdin: bool) -> None:
    """From an empty database to a first coalition and its coordinator; asks for what is not given.

    \b
    flask setup
    echo "four words of yours" | flask setup --slug seattle --name "Seattle Sanctuary Coalition" \\
      --timezone America/Los_Angeles --email you@example.org --user-name You --password-stdin
    """
    upgrade()
    with reading():
        if any(not coalition.is_demo for coalition in list_coalitions()):
            raise Refused("There is a coalition already. Another one: `flask coalition create`.")
    address = checked_address(email)
    password_hash = new_password_hash(ask_password(password_stdin), (address, user_name, name, slug))
    coalition = create_coalition(slug=slug, name=name, timezone=timezone)
    user = find_user(address) or create_user(address, user_name, password_hash=password_hash)
    with in_coalition(coalition.id):
        join(user, Role.COORDINATOR)
    record(None, "setup", coalition)
    db.session.commit()
    click.echo(f"{coalition.name} is set up at /{coalition.slug}/. {address} can sign in.")


coalition_group = AppGroup("coalition", help="Coalitions.")


@coalition_group.command("create")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="An IANA name, as in America/Los_Angeles.")
@click.option("--parent", help="The slug of the coalition that it is a local one of.")
@in_one_line
def create_one(slug: str, name: str, timezone: str, parent: str | None) -> None:
    """Make a coalition.

    \b
    flask coalition create seattle --name "Seattle Sanctuary Coalition" --timezone America/Los_Angeles
    """
    above = _coalition(parent) if parent else None
    coalition = create_coalition(slug=slug, name=name, timezone=timezone, parent=above)
    record(None, "setup", coalition)
    db.session.commit()
    click.echo(f"{coalition.name} is at /{coalition.slug}/. Nobody belongs to it yet: `flask user create`.")


user_group = AppGroup("user", help="Accounts.")


@user_group.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=ROLES, required=True)
@click.option("--coalition", "slug", required=True, help="The coalition's slug.")
@password_option
@in_one_line
def create_person(email: str, name: str, role: str, slug: str, password_stdin: bool) -> None:
    """Make an account and a member of a coalition; an account that exists keeps its name and password.

    \b
    flask user create ana@example.org --name Ana --role coordinator --coalition seattle
    """
    address = checked_address(email)
    with reading():
        _coalition(slug)
        known = find_user(address) is not None
    password_hash = None if known else new_password_hash(ask_password(password_stdin), (address, name, slug))
    coalition = _coalition(slug)
    user = find_user(address) or create_user(address, name, password_hash=password_hash)
    _make_member(coalition, user, Role(role))
    db.session.commit()
    click.echo(f"{address} is a member of {coalition.name}: {role}.")


@user_group.command("recover")
@click.argument("email")
@in_one_line
def recover(email: str) -> None:
    """Print a link for who lost everything: a new password, without the passkeys and codes of before.

    It holds for 30 minutes and once. The coordinators of their coalitions are told by mail.

    \b
    flask user recover ana@example.org
    """
    user = find_user(email)
    if user is None:
        raise Refused("There is no account with this address.")
    link = make_password_link(user, drops_factors=True)
    record(None, "password.link", user)
    tell_coordinators_of(user, "access/recovery_sent")
    db.session.commit()
    click.echo(link)


def _make_member(coalition: Coalition, user: User, role: Role) -> None:
    with in_coalition(coalition.id):
        if find_membership(user.id):
            raise Refused("This person is in the coalition already. Roles are changed on the page People.")
        member = join(user, role)
    record(None, "user.create", member, role=role.value)


def _coalition(slug: str) -> Coalition:
    found = find_coalition(slug)
    if found is None:
        raise Refused(f"There is no coalition at /{slug}/.")
    return found
