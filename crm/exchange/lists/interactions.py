"""Lists of touches: their fields, and what a row says."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.core.notes import holds_identity_number
from crm.exchange import cells
from crm.exchange.contact_cells import EMAIL, list_emails, list_phones
from crm.exchange.dates import Way, parse_date
from crm.exchange.kinds import plain_word
from crm.exchange.lists.reading import Cells
from crm.exchange.lists.vocabulary import GROUP_CHECKS, GROUP_LABELS, GROUP_TITLE, GROUP_WORDS, Vocabulary
from crm.exchange.plan import Plan
from crm.exchange.problems import CellError, Problem, shortened
from crm.exchange.rows import Said
from crm.exchange.tables import Row
from crm.outreach.models import Channel, Outcome

# Among an import's defaults: the outcome of rows that say none; the list's own words → outcome, → channel.
OUTCOME = "outcome"
WORDS = "words"
CHANNELS = "channels"
# What a word of the list's own can mean, by where its meaning is kept.
MEANINGS: Mapping[str, type[Outcome | Channel]] = {WORDS: Outcome, CHANNELS: Channel}


class TouchField(StrEnum):
    """Where a column of a list of touches goes, beside `GroupField`."""

    ON = "on"
    TIME = "time"
    CHANNEL = "channel"
    OUTCOME = "outcome"
    WHO = "who"
    CONTACT = "contact"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"
    NOTE = "note"


_F = TouchField
LABELS: Mapping[str, Any] = {
    _F.ON: _l("Day"),
    _F.TIME: _l("Hour"),
    _F.CHANNEL: _l("How (call, visit, e-mail …)"),
    _F.OUTCOME: _l("What came of it"),
    _F.WHO: _l("Which organizer it was"),
    _F.CONTACT: _l("Name of the person"),
    _F.CONTACT_EMAIL: _l("E-mail of the person"),
    _F.CONTACT_PHONE: _l("Phone of the person"),
    _F.NOTE: _l("Note"),
}
VOCABULARY = Vocabulary(
    titles=(
        (_l("The touch"), (_F.ON, _F.TIME, _F.CHANNEL, _F.OUTCOME, _F.WHO, _F.NOTE)),
        GROUP_TITLE,
        (_l("With whom"), (_F.CONTACT, _F.CONTACT_EMAIL, _F.CONTACT_PHONE)),
    ),
    labels={**GROUP_LABELS, **LABELS},
    words={
        **GROUP_WORDS,
        _F.ON: (
            "date|day|contacted on|date contacted|contact date|activity date|last contact|last touch|"
            "interaction date|called on|fecha|fecha de contacto|dia|when|activity date time|"
            "date canvassed|created at",
            "timestamp|created|date time|start date|cuando",
        ),
        _F.TIME: ("time|hour|hora",),
        _F.CHANNEL: (
            "channel|contact type|contact method|method|activity type|type of contact|medium|how|canal|"
            "medio|tipo de contacto|via|touch type|interaction type",
            "type|activity|tipo",
        ),
        _F.OUTCOME: (
            "outcome|result|disposition|contact status|canvass result|call result|response|resultado|"
            "respuesta|status",
        ),
        _F.WHO: (
            "organizer|caller|canvasser|logged by|contacted by|who|author|user|by|added by|organizador|"
            "organizadora|quien|responsable|staff|our person|source contact",
        ),
        _F.CONTACT: (
            "contact|contact name|person|talked to|spoke with|with whom|target contact|contacto|persona|"
            "con quien|full name|with",
            "name|nombre",
        ),
        _F.CONTACT_EMAIL: ("email|e mail|contact email|email address|correo|correo electronico|mail",),
        _F.CONTACT_PHONE: ("phone|contact phone|phone number|telefono|mobile|cell|celular",),
        _F.NOTE: (
            "note|notes|comments|comment|details|summary|notas|nota|comentarios|subject|what was said",
        ),
    },
    shared=frozenset({_F.NOTE}),
    checks={
        **GROUP_CHECKS,
        _F.ON: lambda text: not isinstance(parse_date(text, datetime.date(2026, 1, 1)), CellError),
        _F.CONTACT_EMAIL: lambda text: bool(EMAIL.search(text)),
        _F.CONTACT_PHONE: lambda text: sum(c.isdigit() for c in text) >= 7,
    },
    needs=((frozenset({_F.ON}), "map_no_day"),),
)

_CHANNELS = {
    Channel.CALL: "call|phone|phone call|called|telephone|phone bank|phonebank|llamada|telefono|tel|dial",
    Channel.TEXT: "text|sms|texted|text message|p2p|peer to peer text|whatsapp|signal|mensaje|texto|mms",
    Channel.EMAIL: "email|e mail|mail|emailed|inbound email|correo|correo electronico",
    Channel.VISIT: "visit|site visit|door|doors|canvass|walk|door knock|in person|visita|en persona|drop in",
    Channel.ONE_ON_ONE: "one on one|1 on 1|1 1|1on1|121|one to one|uno a uno|coffee|personal meeting",
    Channel.MEETING: "meeting|group meeting|video meeting|zoom|reunion|junta|presentation|house meeting",
    Channel.CALLED_US: "called us|they called|inbound call|incoming call|incoming|inbound|llamada entrante|"
    "nos llamaron|nos llamo",
    Channel.OTHER: "other|otro|otra|social media|letter|in kind|fax",
}
_OUTCOMES = {
    Outcome.REACHED: "reached|contacted|talked|spoke|canvassed|completed|answered|connected|held|replied|"
    "contactado|hablamos|respondio|contesto|contestaron|discussed",
    Outcome.LEFT_MESSAGE: "left message|lm|vm|voicemail|left voicemail|message left|left msg|dejo mensaje|"
    "deje mensaje|mensaje|emailed|sent",
    Outcome.NO_ANSWER: "no answer|not home|na|nh|no response|no reply|busy|unreachable|no contesto|"
    "sin respuesta|no contesta|not reached",
    Outcome.WRONG_NUMBER: "wrong number|bad number|disconnected|wn|numero equivocado|invalid number|"
    "not working|bad phone",
    Outcome.CALL_BACK: "call back|callback|call back later|asked to call back|volver a llamar|llamar despues",
    Outcome.MEETING_SET: "meeting set|meeting scheduled|set meeting|scheduled|cita|reunion acordada",
    Outcome.ASKS_BOARD: "asks board|ask board|asking their board|wants to ask their board|to board|"
    "before board|pregunta a su junta|consulta a su junta",
    Outcome.SAID_YES: "yes|said yes|agreed|si|dijo si|dijeron si|supporter|strong support|acepto|aceptaron",
    Outcome.SAID_NO: "no|said no|declined|refused|not interested|dijo no|dijeron que no|rechazo|opposed",
}
_CHANNEL_OF = {word: channel for channel, words in _CHANNELS.items() for word in words.split("|")}
_OUTCOME_OF = {word: outcome for outcome, words in _OUTCOMES.items() for word in words.split("|")}
_TIME = re.compile(
    r"(?<!\d)(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])\.?\s?m\b|(?<!\d)(\d{1,2}):(\d{2})", re.I
)


def parse_touch(row: Row, plan: Plan) -> Said:
    """What a row says of a touch; without a day that is past it says nothing."""
    reader = _TouchCells(row, plan)
    if not reader.is_skipped:
        reader.read()
    return reader.said


def parse_time(cell: str) -> str:
    """The hour in a cell, as 18:30; "" where there is none."""
    found = _TIME.search(cell)
    if not found:
        return ""
    hour, minute = int(found[1] or found[4]), int(found[2] or found[5] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else ""


def parse_day(cell: str, plan: Plan, way: Way = "past") -> datetime.date | CellError | None:
    """The day in a cell in which an hour may stand, too."""
    day = parse_date(cell, plan.today, plan.day_first, way)
    if isinstance(day, CellError) and (alone := _TIME.sub(" ", cell).strip(" ,@-")) != cell:
        again = parse_date(alone, plan.today, plan.day_first, way)
        return day if isinstance(again, CellError) else again
    return day


class _TouchCells(Cells):
    """Reads a touch off its row."""

    def read(self) -> None:
        said = self.said
        said.group = self.group()
        said.name = next(iter(said.group.values()), "") or self.first(_F.CONTACT)[1][:120]
        column, cell = self.first(_F.ON)
        day = parse_day(cell, self.plan) if cell else None
        if isinstance(day, CellError):
            said.tell(column, day)
        elif day is not None and day > self.plan.today:
            said.tell(column, Problem("touch_future", {"text": shortened(cell)}))
        elif day is None:
            said.tell("", Problem("no_day"))
        else:
            self.notes = self.note(_F.NOTE)
            said.values = self._values(day, cell)

    def _values(self, day: datetime.date, cell: str) -> dict[str, Any]:
        hour = parse_time(self.first(_F.TIME)[1] or cell) or "12:00"
        at = datetime.datetime.combine(day, datetime.time.fromisoformat(hour), tzinfo=self.plan.zone)
        values: dict[str, Any] = {
            "on": day.isoformat(),
            # At the hour that the row says, else at noon where the coalition is.
            "at": at.astimezone(datetime.UTC).isoformat(),
            "channel": self._channel(),
            "outcome": self._outcome(),
            "user_id": self._who(),
            "contact": self._contact(),
        }
        if not (values["channel"] and values["outcome"]):
            return {}
        clean = [text for text in self.notes if not holds_identity_number(text)]
        values["note"] = "\n".join(clean)
        return {name: value for name, value in values.items() if value}

    def _channel(self) -> str:
        """How it was; "" for a word of which nobody has said what it means."""
        column, cell = self.first(_F.CHANNEL)
        return self._meant(column, cell, CHANNELS, _CHANNEL_OF) if plain_word(cell) else str(Channel.OTHER)

    def _outcome(self) -> str:
        """What came of it; "" for a word of which nobody has said what it means."""
        column, cell = self.first(_F.OUTCOME)
        if plain_word(cell):
            return self._meant(column, cell, WORDS, _OUTCOME_OF)
        return str(self.plan.defaults.get(OUTCOME, Outcome.REACHED))

    def _meant(self, column: str, cell: str, kept: str, known: Mapping[str, Outcome | Channel]) -> str:
        """What a word means, as was said for this list, else as is known; "" where neither, which is told."""
        word = plain_word(cell)
        meaning = self.plan.defaults.get(kept, {}).get(word) or known.get(word)
        if meaning is None:
            self.said.unknown[kept] = shortened(cell)
            code = "touch_channel" if kept == CHANNELS else "touch_outcome"
            self.said.tell(column, Problem(code, {"text": shortened(cell)}))
        return str(meaning or "")

    def _who(self) -> int | None:
        column, cell = self.first(_F.WHO)
        member = self.plan.find_member(cell) if cell else None
        text = cells.parse_text(cell, 200) if cell else None
        if member is None and isinstance(text, str):
            self.notes.append(f"{column}: {text}")
            self.said.tell(column, Problem("assignee", {"text": shortened(cell)}))
        return member

    def _contact(self) -> dict[str, str]:
        """By what the person whom it was with may be known in the group."""
        details = {
            "name": self.text(_F.CONTACT, 200),
            "email": next(iter(list_emails(self.first(_F.CONTACT_EMAIL)[1].lstrip("'"))), ""),
            "phone": next(iter(list_phones(self.first(_F.CONTACT_PHONE)[1], self.plan.region)), ""),
        }
        return {name: text for name, text in details.items() if text}
