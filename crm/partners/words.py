"""What is said of partners' calendars: why they could not be had, and why entries of them are passed over."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.core.formats import clock_time, full_date
from crm.partners.ics_reader.lines import local_of
from crm.partners.ics_reader.words import Failure, Passed
from crm.partners.models import FileState
from crm.partners.planning import Note, Unfit
from crm.partners.queries.files import Outcome

FAILURE_TEXTS: dict[Failure, LazyString] = {
    Failure.ADDRESS: _l("The address leads to something other than a web address on its usual port."),
    Failure.NOT_FOUND: _l("There is no server of that name."),
    Failure.PRIVATE_ADDRESS: _l(
        "The address leads into a private network, not to the public internet. It is not asked."
    ),
    Failure.NO_ANSWER: _l("The server did not answer, or broke off."),
    Failure.CERTIFICATE: _l("The server could not show that it is the one of that name (its certificate)."),
    Failure.REDIRECTS: _l("The address sends on to others again and again."),
    Failure.GONE: _l("There is no calendar at this address (any more)."),
    Failure.FORBIDDEN: _l("The server does not give this calendar to everybody. Ask for its public address."),
    Failure.REFUSED: _l("The server answered with an error."),
    Failure.TOO_LARGE: _l("The calendar is larger than 2 MB."),
    Failure.TIMEOUT: _l("It took longer than 10 seconds."),
    Failure.NOT_A_CALENDAR: _l(
        "What is there is not a calendar file. A page to sign in, or the page about the calendar, perhaps?"
    ),
    Failure.BROKEN: _l("The file could not be read."),
}
PASSED_TEXTS: dict[Passed, LazyString] = {
    Passed.BROKEN: _l("Something in it is not written as calendars are."),
    Passed.CUT_OFF: _l("Its end is missing."),
    Passed.NO_START: _l("It does not say when it begins."),
    Passed.NO_TITLE: _l("It has no title."),
    Passed.UNKNOWN_ZONE: _l("It is told in a time zone that nobody knows."),
    Passed.TOO_OFTEN: _l("It repeats more often than once a day, or more than 999 times."),
    Passed.TOO_MANY_DATES: _l("It has more than 500 dates."),
    Passed.TOO_SLOW: _l("Working out its dates takes too long."),
    Passed.TOO_MANY: _l("The calendar has more entries than are read (2,000), or more dates (5,000)."),
    Passed.PRIVATE: _l("It is marked as private."),
    Passed.CONTROL: _l("It holds characters that can't be shown."),
    Passed.REPEATED: _l("Another entry has the same name and the same start."),
}
UNFIT_TEXTS: dict[Unfit, LazyString] = {
    Unfit.OVER: _l("It is over."),
    Unfit.CANCELLED: _l("It is cancelled."),
    Unfit.TOO_LONG: _l("It lasts longer than 14 days."),
}
NOTE_TEXTS: dict[Note, LazyString] = {
    Note.PICKED: _l(
        "Its rule is none that is known here: its dates of the next 400 days become picked days."
    ),
    Note.FIRST_DAYS: _l("It has more than 60 dates: the first 60 are taken."),
    Note.ONE_A_DAY: _l("Of several on one day the first is taken."),
    Note.NO_END: _l("It does not say when it ends: an hour is assumed."),
    Note.ALL_DAY: _l("It lasts all day: from midnight to midnight."),
    Note.OWN_TITLES: _l("Titles of single dates are left out."),
    Note.MEETING_LINK: _l("A link into an online meeting is left out of its text."),
}
STATE_NAMES: dict[FileState, LazyString] = {
    FileState.READING: _l("Being read"),
    FileState.READ: _l("Ready to look over"),
    FileState.APPLYING: _l("Being brought in"),
    FileState.APPLIED: _l("Brought in"),
    FileState.UNDOING: _l("Being undone"),
    FileState.UNDONE: _l("Undone"),
    FileState.FAILED: _l("Could not be read"),
}
STATE_MARKS: dict[FileState, tuple[str, str]] = {
    FileState.READING: ("info", "half"),
    FileState.READ: ("accent", "dot"),
    FileState.APPLYING: ("info", "half"),
    FileState.APPLIED: ("good", "check"),
    FileState.UNDOING: ("info", "half"),
    FileState.UNDONE: ("neutral", "dash"),
    FileState.FAILED: ("bad", "cross"),
}


OUTCOME_NAMES: dict[Outcome, LazyString] = {
    Outcome.CREATE: _l("New"),
    Outcome.CHANGE: _l("Changed"),
    Outcome.UNCHANGED: _l("As before"),
    Outcome.KEPT: _l("Stays as it is: it was changed here since"),
}


def say_when(text: str) -> str:
    """When an entry that was passed over begins, by its own clock; what is no day is shown as it stands."""
    begins = local_of(text.replace("-", ""))
    if begins is None:
        return text
    zone = " UTC" if text.endswith("Z") else ""
    return f"{full_date(begins)}, {clock_time(begins)}{zone}" if "T" in text else full_date(begins)


def say_failure(word: str) -> str:
    """Why a calendar could not be had, as a sentence; "" for nothing."""
    return str(FAILURE_TEXTS[Failure(word)]) if word else ""


def say_reason(word: str, detail: str = "") -> str:
    """Why an entry is passed over or becomes no event, as a sentence."""
    text = UNFIT_TEXTS[Unfit(word)] if word in set(Unfit) else PASSED_TEXTS[Passed(word)]
    return f"{text} ({detail})" if detail else str(text)
