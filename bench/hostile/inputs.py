"""Bad inputs, made by chance from what a survey found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from werkzeug.routing import Rule

from bench.hostile import values, wire
from bench.hostile.house import WHO, Asked, House, Noticed
from bench.hostile.pages import Field, PageForm
from bench.hostile.survey import PASSED, VARIABLE, Seen, Survey
from bench.hostile.values import as_header, in_address, nasty
from crm.core.crypto import new_token

Values = list[tuple[str, str]]
FORM_TYPE = "application/x-www-form-urlencoded"
# So often each is asked, of a hundred.
SHARES = {"form": 52, "query": 16, "address": 14, "header": 9, "body": 9}
# What is asked for where no view was seen to read it.
COMMON = (
    "q",
    "after",
    "before",
    "lang",
    "next",
    "id",
    "kind",
    "demand",
    "theme",
    "format",
    "span",
    "from",
    "to",
    "paper",
)
ENDINGS = ("/", "//", "/..", "%2f", ".ics", "%00", ";a", "?")
# Words in a field's name, and what fits it.
FITTING = {
    "date day from to until month week on at span period starts ends": values.DAYS,
    "zone timezone": values.ZONES,
    "after before": values.LISTS,
    "id number size count page up with target limit place order": values.NUMBERS,
    "next url website address": values.WILD,
}
KEY = re.compile(r"(^|-)form_key$")


class Inputs:
    """Bad inputs without end, the same for the same seed."""

    def __init__(self, house: House, survey: Survey, chance: random.Random) -> None:
        self._house, self._survey, self._chance = house, survey, chance
        self._rules = [rule for rule in house.app.url_map.iter_rules() if rule.endpoint not in PASSED]
        self._views = sorted(survey.pages)
        self._by_endpoint = {rule.endpoint: rule for rule in self._rules}
        self._turns: dict[str, int] = {}

    def __iter__(self) -> Iterator[Asked]:
        makers: dict[str, Callable[[], Asked]] = {
            "form": self._form,
            "query": self._query,
            "address": self._address,
            "header": self._header,
            "body": self._body,
        }
        while True:
            kind = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
            yield makers[kind]()

    def _next_of(self, kind: str, among: Sequence[object]) -> int:
        """Each in turn, so that none is left out."""
        turn = self._turns.get(kind, 0)
        self._turns[kind] = turn + 1
        return turn % len(among)

    def _page(self, kind: str) -> tuple[str, str, str]:
        endpoint = self._views[self._next_of(kind, self._views)]
        who, address = self._chance.choice(self._survey.pages[endpoint])
        return endpoint, who, address

    def _address(self) -> Asked:
        """Every rule in turn, one or all of its parts replaced, read or sent to."""
        rule = self._rules[self._next_of("address", self._rules)]
        method = self._chance.choice(sorted((rule.methods or {"GET"}) & {"GET", "POST"}) or ["GET"])
        names = Noticed.names.get(rule.endpoint, ())
        if method == "GET":
            query = self._pairs(names) if self._chance.random() < 0.2 else ""
            return Asked("address", self._chance.choice(WHO), method, self._nasty_path(rule), query)
        who = self._chance.choice(WHO)
        path = (
            self._nasty_path(rule) if self._chance.random() < 0.3 else self._survey.filled(rule, self._chance)
        )
        headers = (("Content-Type", FORM_TYPE), ("X-CSRFToken", self._token(who)))
        return Asked("address", who, method, path, "", headers, self._pairs(names).encode())

    def _nasty_path(self, rule: Rule) -> str:
        chance = self._chance
        whole = chance.random() < 0.3

        def part(match: re.Match[str]) -> str:
            # Within the coalition, mostly: what names none is answered before anything of a view.
            if match[2] == "coalition" and chance.random() < 0.9:
                return "demo"
            if not whole and chance.random() < 0.3:
                return match[0]
            fitting = values.NUMBERS if match[1] == "int" else values.DAYS if "date" in match[2] else ()
            return in_address(nasty(chance, fitting)[:20_000]).replace("<", "%3C")

        address = VARIABLE.sub(part, rule.rule)
        address = VARIABLE.sub(
            lambda match: chance.choice(sorted(self._survey.parts.get(match[2]) or {"1"})), address
        )
        return address if chance.random() < 0.9 else address + chance.choice(ENDINGS)

    def _query(self) -> Asked:
        endpoint, who, address = self._page("query")
        names = sorted(Noticed.names.get(endpoint, set()) | set(self._chance.sample(COMMON, 3)))
        return Asked("query", who, "GET", urlsplit(address).path, self._pairs(names))

    def _pairs(self, names: Sequence[str] | set[str] | tuple[()]) -> str:
        chance = self._chance
        found = sorted(names) or list(COMMON)
        chosen = chance.sample(found, min(len(found), chance.choice((1, 1, 2, 4, 50))))
        pairs = [(name, self._fitting(name)) for name in chosen for _ in range(chance.choice((1, 1, 1, 3)))]
        if chance.random() < 0.05:
            pairs *= 60
        return "&".join(f"{in_address(name)}={in_address(text[:8_000])}" for name, text in pairs)

    def _fitting(self, name: str) -> str:
        low = name.lower()
        for words, fitting in FITTING.items():
            if set(words.split()) & set(re.split(r"[-_]", low)):
                return nasty(self._chance, fitting)
        return nasty(self._chance, values.KEPT)

    def _header(self) -> Asked:
        _endpoint, who, address = self._page("header")
        chance = self._chance
        names = chance.sample(sorted(wire.HEADERS), chance.choice((1, 1, 2, 3)))
        headers = tuple((name, as_header(chance.choice(wire.HEADERS[name]))) for name in names)
        method = chance.choice(wire.METHODS) if chance.random() < 0.3 else "GET"
        parts = urlsplit(address)
        return Asked("header", who, method, parts.path, parts.query, headers)

    def _body(self) -> Asked:
        """What is no form of ours, where forms are sent to."""
        chance = self._chance
        if chance.random() < 0.5:
            seen = self._survey.forms[self._next_of("body", self._survey.forms)]
            who, path = seen.who, urlsplit(seen.form.action).path
        else:
            taking = [rule for rule in self._rules if "POST" in (rule.methods or ())]
            rule = taking[self._next_of("body of any", taking)]
            who, path = chance.choice(WHO), self._survey.filled(rule, chance)
        headers = [("Content-Type", as_header(chance.choice(wire.TYPES)))]
        if token := self._token(who):
            headers.append(("X-CSRFToken", token))
        return Asked("body", who, "POST", path, "", tuple(headers), chance.choice(wire.BODIES))

    def _token(self, who: str) -> str:
        """The token of a form that they opened, so that what is broken comes past it."""
        for seen in self._survey.forms:
            if seen.who == who and "csrf_token" in seen.form.fields:
                return seen.form.fields["csrf_token"].values[0]
        return ""

    def _form(self) -> Asked:
        seen = self._survey.forms[self._next_of("form", self._survey.forms)]
        form, chance = seen.form, self._chance
        manner = chance.choices(("kept", "one", "all", "missing", "repeated", "bare"), (35, 30, 15, 8, 8, 4))[
            0
        ]
        sent = [pair for one in form.fields.values() for pair in self._typed(one, manner)]
        if manner == "one" and (
            open_ones := [one for one in form.fields.values() if one.name != "csrf_token"]
        ):
            chosen = chance.choice(open_ones)
            sent = [pair for pair in sent if pair[0] != chosen.name]
            sent.append((chosen.name, self._nasty_in(chosen)))
        if form.buttons and chance.random() < 0.9:
            sent.append(chance.choice(form.buttons))
        if manner == "missing":
            sent = [pair for pair in sent if pair[0] == "csrf_token" or chance.random() < 0.7]
        if manner == "repeated":
            sent += [(name, nasty(chance)) for name, _text in sent for _ in range(2)] + [
                (nasty(chance)[:200], "1")
            ]
        if manner == "bare":
            sent = [pair for pair in sent if pair[0] != "csrf_token"]
        return self._sent(seen, form, sent)

    def _typed(self, one: Field, manner: str) -> Values:
        if one.name == "csrf_token":
            return [(one.name, text) for text in one.values[:1]]
        if KEY.search(one.name) and manner != "all":
            return [(one.name, new_token())]
        if manner == "all":
            return [(one.name, self._nasty_in(one))]
        return [(one.name, text) for text in self._plausible(one, marked=manner == "kept")]

    def _nasty_in(self, one: Field) -> str:
        fitting = {
            "number": values.NUMBERS,
            "date": values.DAYS,
            "time": values.DAYS,
            "datetime-local": values.DAYS,
        }
        return nasty(self._chance, fitting[one.kind]) if one.kind in fitting else self._fitting(one.name)

    def _plausible(self, one: Field, marked: bool) -> list[str]:
        """What a form takes; marked: with a mark in whatever is a text of one's own."""
        chance = self._chance
        if one.kind in {"radio", "select"}:
            real = [choice for choice in one.choices if choice] or one.choices
            return [chance.choice(real)] if real and chance.random() < 0.5 else one.values[:1] or real[:1]
        if one.kind == "checkbox":
            return [choice for choice in one.choices if chance.random() < 0.5]
        if one.kind == "hidden":
            return one.values
        if one.kind == "password":
            return [self._house.password]
        known = {
            "number": "3",
            "date": "2026-12-12",
            "time": "18:30",
            "datetime-local": "2026-12-12T18:30",
            "month": "2026-12",
        }
        if one.kind in known:
            return [one.values[0] if one.values and one.values[0] else known[one.kind]]
        if one.kind == "email":
            return [f"hostile{chance.randrange(10**6)}@hostile.example"]
        if one.kind == "url":
            return ["https://hostile.example/?a=%22%3E"]
        if one.kind == "tel":
            return ["206-555-0143"]
        if marked and one.kind != "file":
            return [
                f"{chance.choice(values.KEPT)} {chance.randrange(10**4)}"[: one.longest or 10_000].strip()
            ]
        return one.values if one.values and one.values[0] else [f"Words {chance.randrange(10**6)}"]

    def _sent(self, seen: Seen, form: PageForm, sent: Values) -> Asked:
        parts = urlsplit(form.action)
        path = quote(parts.path, safe="/%:@-._~!$&'()*+,;=")
        if form.method == "GET":
            query = "&".join(f"{in_address(name)}={in_address(text[:20_000])}" for name, text in sent)
            return Asked("form", seen.who, "GET", path, query)
        if form.multipart or self._chance.random() < 0.05:
            files = [one.name for one in form.fields.values() if one.kind == "file"]
            kept = [pair for pair in sent if pair[0] not in files]
            body = self._multipart(kept, files)
            kind = "multipart/form-data; boundary=hostileboundary"
        else:
            body = "&".join(f"{in_address(name)}={in_address(text)}" for name, text in sent).encode()
            kind = FORM_TYPE
        headers = [("Content-Type", kind)]
        if self._chance.random() < 0.05:
            headers.append(("HX-Request", "true"))
        return Asked("form", seen.who, "POST", path, parts.query, tuple(headers), body)

    def _multipart(self, sent: Values, files: Sequence[str]) -> bytes:
        parts = [
            (f'form-data; name="{_quoted(name)}"', text.encode("utf-8", "surrogatepass"), "")
            for name, text in sent
        ]
        for name in files:
            called, content = self._chance.choice(wire.FILES)
            said = self._chance.choice(
                ("text/csv", "image/png", "application/pdf", "text/html", "application/octet-stream", "")
            )
            parts.append((f'form-data; name="{_quoted(name)}"; filename="{_quoted(called)}"', content, said))
        lines = [
            b"--hostileboundary\r\nContent-Disposition: " + how.encode("utf-8", "surrogatepass")
            + (f"\r\nContent-Type: {said}".encode() if said else b"") + b"\r\n\r\n" + content + b"\r\n"
            for how, content, said in parts
        ]  # fmt: skip
        return b"".join(lines) + b"--hostileboundary--\r\n"


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
