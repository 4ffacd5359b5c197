"""A button that is pressed twice makes one thing: forms that create carry a key of the press.

Read off the program itself: from each view that answers a POST the functions are followed that it calls by
name; where one of them adds a row, a form on the way has a `form_key`, or the reason why it needs none stands
below.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from werkzeug.routing import Rule

from crm.core.forms import Form, FormKey

# What is written beside every act, whichever it is: who did it, what is mailed, what is to be worked on.
BESIDE = ("crm.audit.", "crm.mail.", "crm.core.", "crm.accounts.sessions")
# Forms that need no key, for what they make is one by itself: a constraint or a state says so.
EXCUSED = {
    "accounts.sign_in": "a session more, of the same person",
    "invitations.accept": "an invitation is accepted once",
    "invitations.join": "an invitation is accepted once",
    "second_step.go_on": "a session more, of the same person",
    "passkeys.enter": "a challenge more, forgotten after minutes",
    "passkeys.second": "a challenge more, forgotten after minutes",
    "passkeys.again": "a challenge more, forgotten after minutes",
    "coalition_settings.move": "moving to the address that it has changes nothing",
    "attendance.note": "of a group one thing is noted",
    "attendance.open_page": "a date has one open sign-in page",
    "co_sponsors.ask": "a group is asked once for a date",
    "co_sponsors.ledger": "a date has one promise of a kind; counted again, it is the same count",
    "exchange.words": "the columns' list is replaced, as by exchange.columns",
    "exchange.columns": "of a name there are one list's columns; kept again, they are replaced",
    "events.name": "a person, or a group, is named once on an event",
    "events.set_visibility": "who narrows an event to the closed ones is named on it once",
    "adopting.adopt": "words are adopted once; of a draft one proposal stands",
    "calendar_feeds.make": "a person has one feed; the newest address holds",
    "group_calendar_feeds.group_make": "a person has one feed; the newest address holds",
    "duplicates.compare": "a group is merged once, and ended once",
    "duplicates.tell_apart": "a pair is told apart once",
    "duplicates.undo": "a merge is undone once",
    "organizations.end": "a group ends once",
    "endorsements.record": "the same record is noted once",
    "endorsements.decide": "a record is decided on once",
    "meetings.begin": "an agenda that is there stays as it is",
    "meetings.save_agenda": "what is saved is the same agenda",
    "organizations.edit": "what is saved is the same group",
    "ladder.edit": "a demand waits for one other",
    "group_names.accept": "a name is decided on once",
    "groups.accept": "an invitation is used once",
    "groups.ask_to_co_sponsor": "a group asks once for a date",
    "groups.co_sponsor_answer": "an invitation is accepted once",
    "groups.deliver": "a date has one promise of a kind; counted again, it is the same count",
    "groups.demand": "the same answer changes nothing",
    "groups.edited": "a question is answered once",
    "groups.listing": "what is saved is the same listing",
    "groups.logo": "the same picture changes nothing",
    "groups.people": "an address is invited once; the newest link holds",
    "groups.rename": "one name of a group waits",
    "groups.take_back": "a group withdraws once",
    "groups.use": "a link is used once",
    "speakers.index": "an address is invited once; the newest link holds",
    "outreach.edit": "what is saved is the same touch",
    "outreach.move": "moving to the stage where it is changes nothing",
    "pipeline.move": "moving to the stage where it is changes nothing",
    "rsvps.say": "its ticket is the key of the press",
    "hosting.host": "its ticket is the key of the press",
    "hosting.host_as_group": "its ticket is the key of the press",
    "meeting_offers.accept": "an offer is decided on once",
    "changes.subscribe": "its ticket is the key of the press",
    "coming.places": "the same number changes nothing",
    "coming.host": "a person is named once on an event",
    "groups.take_role_on": "a group takes a role of a date once; again, it is so many now",
    "roles.fill": "somebody takes a role of a date once; again, it is so many now",
    "roles.usual": "what is there already is not added",
    "turnout.choose": "a date has one official count",
    "turnout.publish": "an event is shown or not",
    "turnout.not_next_week": "it takes a goal off a date that has one, and makes nothing",
    "turnout.next_week": "a date has one week after it, and an event one made for it",
    "sign_ons.take": "its ticket is the key of the press",
    "sign_ons.accept": "a sign-on is decided on once",
    "sign_ons.join": "a sign-on is decided on once",
    "sign_ons.several": "a sign-on is decided on once",
    "sign_ons.check_name": "a name of a list is decided on once",
    "sign_ons.check_several": "a name of a list is decided on once",
}


def codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code with that of the functions and comprehensions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


@cache
def named_in(function: FunctionType) -> list[Any]:
    """What of the program a function names: functions, classes, and what it takes out of modules."""
    return list(_named_in(function))


def _named_in(function: FunctionType) -> Iterator[Any]:
    names = {name for code in codes(function.__code__) for name in code.co_names}
    for name in names:
        found = function.__globals__.get(name)
        yield found
        if isinstance(found, ModuleType) and found.__name__.startswith("crm."):
            yield from (getattr(found, other, None) for other in names)


def reached_from(view: Callable[..., Any]) -> tuple[set[FunctionType], set[type[Form]]]:
    """The functions that a view calls, directly or not, and the forms that are made on the way."""
    functions: set[FunctionType] = set()
    forms: set[type[Form]] = set()
    waiting: list[Any] = [inspect.unwrap(view)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Form):
            forms.add(one)
        elif isinstance(one, FunctionType) and is_followed(one) and one not in functions:
            functions.add(one)
            waiting += named_in(one)
    return functions, forms


def is_followed(function: FunctionType) -> bool:
    module = function.__module__
    return module.startswith("crm.") and not f"{module}.".startswith(BESIDE)


@cache
def adds_a_row(function: FunctionType) -> bool:
    return re.search(r"\bsession\.add(_all)?\(", inspect.getsource(function)) is not None


def has_key(form: type[Form]) -> bool:
    return getattr(getattr(form, "form_key", None), "field_class", None) is FormKey


@cache
def creating(app) -> dict[str, tuple[set[FunctionType], set[type[Form]]]]:
    """The views that answer a POST and may add a row."""
    rules: list[Rule] = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    reached = {rule.endpoint: reached_from(app.view_functions[rule.endpoint]) for rule in rules}
    return {name: found for name, found in reached.items() if any(map(adds_a_row, found[0]))}


def test_forms_that_create_carry_a_key_of_the_press(app):
    without = {
        name: sorted(one.__qualname__ for one in functions if adds_a_row(one))
        for name, (functions, forms) in creating(app).items()
        if not any(map(has_key, forms))
    }
    assert {name: added for name, added in without.items() if name not in EXCUSED} == {}


def test_nobody_is_excused_who_has_a_key_or_creates_nothing(app):
    found = creating(app)
    needless = [name for name in EXCUSED if name not in found or any(map(has_key, found[name][1]))]
    assert needless == []
