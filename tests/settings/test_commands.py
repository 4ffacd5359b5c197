"""The operator's commands, as they are typed."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import select

from crm.accounts.operations import find_user_by_password
from crm.accounts.operations.codes import keep_app
from crm.accounts.operations.factors import note_factors
from crm.accounts.queries import find_code_app, find_user, list_members
from crm.coalitions.operations import create_coalition
from crm.coalitions.queries import find_coalition
from crm.core import tenancy
from crm.core.db import db
from crm.core.permissions import Role
from crm.mail.models import OutgoingMail
from tests.people import PASSWORD

SETUP = [
    *("setup", "--slug", "seattle", "--name", "Seattle Sanctuary Coalition"),
    *("--timezone", "America/Los_Angeles", "--email", "ana@people.example", "--user-name", "Ana"),
    "--password-stdin",
]
FOUR_WORDS = "four words that fit"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def run(app):
    """Run a command; (exit code, stdout, stderr)."""

    def command(*arguments, typed=""):
        db.session.commit()
        result = app.test_cli_runner().invoke(args=list(arguments), input=typed)
        db.session.rollback()
        db.session.expire_all()
        return result.exit_code, result.stdout, result.stderr

    return command


def test_setup_makes_the_first_coalition_and_its_coordinator(run, visitor):
    code, out, _err = run(*SETUP, typed=f"{FOUR_WORDS}\n")
    assert code == 0
    assert "/seattle/" in out
    with tenancy.in_coalition(find_coalition("seattle").id):
        ((user, member),) = list_members()
    assert (user.email, user.name, member.role) == ("ana@people.example", "Ana", Role.COORDINATOR)
    page = visitor.submit("/login", "password", email="ana@people.example", password=FOUR_WORDS)
    assert page.url != "/login"


def test_setup_asks_for_what_is_not_given(run):
    typed = "\n".join(["seattle", "Seattle", "America/Los_Angeles", "ana@people.example", "Ana"])
    code, out, _err = run("setup", typed=f"{typed}\n{FOUR_WORDS}\n{FOUR_WORDS}\n")
    assert code == 0
    assert "Time zone" in out
    assert FOUR_WORDS not in out
    assert find_user_by_password("ana@people.example", FOUR_WORDS)


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--slug", "login", "kept for a page"),
        ("--slug", "Two Words", "small letters"),
        ("--timezone", "Mars/Olympus", "time zone"),
        ("--email", "nobody", "not a mail address"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line_and_nothing_is_made(run, option, value, complaint):
    arguments = list(SETUP)
    arguments[arguments.index(option) + 1] = value
    code, out, err = run(*arguments, typed=f"{FOUR_WORDS}\n")
    assert (code, out) == (1, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert find_user("ana@people.example") is None
    assert find_coalition("seattle") is None


def test_a_weak_password_is_refused(run):
    code, _out, err = run(*SETUP, typed="short\n")
    assert code == 1
    assert "12 characters" in err


def test_setup_is_for_the_first_coalition_only(run, coalition):
    code, _out, err = run(*SETUP, typed=f"{FOUR_WORDS}\n")
    assert code == 1
    assert "flask coalition create" in err


def test_setup_does_not_mind_a_demo(run, app):
    create_coalition(slug="demo", name="Demo", timezone="UTC", demo=True)
    assert run(*SETUP, typed=f"{FOUR_WORDS}\n")[0] == 0


def test_a_coalition_under_another_and_its_organizer(run, coalition):
    assert (
        run("coalition", "create", "north", "--name", "North", "--timezone", "UTC", "--parent", "harbor")[0]
        == 0
    )
    assert find_coalition("north").parent_id == coalition.id
    arguments = ("user", "create", "bo@people.example", "--name", "Bo", "--role", "organizer")
    assert run(*arguments, "--coalition", "north", "--password-stdin", typed=f"{FOUR_WORDS}\n")[0] == 0
    code, _out, err = run(*arguments, "--coalition", "north", "--password-stdin", typed=f"{FOUR_WORDS}\n")
    assert code == 1
    assert "already" in err
    code, _out, err = run(*arguments, "--coalition", "nowhere", "--password-stdin", typed=f"{FOUR_WORDS}\n")
    assert code == 1
    assert "no coalition at /nowhere/" in err


def test_a_person_of_one_coalition_joins_another_with_the_same_password(run, coalition, outsider):
    code, _out, _err = run(
        *("user", "create", outsider.user.email, "--name", "x", "--role", "observer", "--coalition", "harbor")
    )
    assert code == 0
    with tenancy.in_coalition(coalition.id):
        assert [user.name for user, _member in list_members()] == ["Otto Sider"]


def test_who_lost_everything_has_a_link_that_the_operator_passes_on(run, visitor, coordinator, organizer):
    user = organizer.user
    keep_app(user, SECRET, pyotp.TOTP(SECRET).now())
    note_factors(user)
    db.session.commit()
    (code, out, _err), again = run("user", "recover", user.email), run("user", "recover", user.email)
    assert (code, again[0]) == (0, 0)
    half = visitor.submit("/login", "password", email=user.email, password=PASSWORD)
    visitor.submit(out.strip().removeprefix("http://localhost"), "password", password=FOUR_WORDS)
    assert find_user_by_password(user.email, FOUR_WORDS)
    assert find_code_app(user.id) is None and user.factor_since is None
    # What was begun with the former password, and the other link, have ended with it.
    assert visitor.submit(half, "code", code="123456").url == "/login"
    assert visitor.get(again[1].strip().removeprefix("http://localhost")).status_code == 410
    told = list(db.session.scalars(select(OutgoingMail.recipient).order_by(OutgoingMail.id)))
    assert told == [coordinator.user.email] * 2 + [user.email, coordinator.user.email]
    assert run("user", "recover", "nobody@people.example")[0] == 1


@pytest.mark.parametrize(
    "command",
    [
        ("setup",),
        ("coalition", "create"),
        ("user", "create"),
        ("user", "recover"),
        ("mail", "test"),
        ("serve",),
    ],
)
def test_help_shows_an_example(run, command):
    code, out, _err = run(*command, "--help")
    assert code == 0
    assert f"flask {' '.join(command)}" in out
