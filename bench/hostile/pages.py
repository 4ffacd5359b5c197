"""What a page offers: where it leads, and its forms as a browser knows them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

UNSENT = {"submit", "button", "image", "reset"}


@dataclass
class Field:
    """A field of a form: what it is called, of which kind, and what stands in it."""

    name: str
    kind: str
    values: list[str]
    choices: list[str] = field(default_factory=list)
    longest: int | None = None
    required: bool = False


@dataclass
class PageForm:
    """A form, and the address to which it is sent."""

    action: str
    method: str
    multipart: bool
    fields: dict[str, Field] = field(default_factory=dict)
    # Name and value of each button that says something.
    buttons: list[tuple[str, str]] = field(default_factory=list)
    # Where else its buttons send it.
    elsewhere: list[str] = field(default_factory=list)

    def sent_by_each(self) -> list[PageForm]:
        """The same form for each place to which it may be sent."""
        return [self, *(replace(self, action=action, elsewhere=[]) for action in self.elsewhere)]


class Offered(HTMLParser):
    """The links and forms of a page at an address. Also what would run there, by tag, attribute or scheme."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[PageForm] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: list[str] = []
        self._address = address
        self._form: PageForm | None = None
        self._by_id: dict[str, PageForm] = {}
        self._into: Field | None = None
        self._option: str | None = None
        self._text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.attributes.update(known)
        self.targets += [known[name] for name in ("href", "src", "action", "formaction") if name in known]
        if tag == "a" and "href" in known:
            self.links.append(urljoin(self._address, known["href"]))
        elif tag == "form":
            self._begin(known)
        elif tag in {"input", "select", "textarea", "button"}:
            self._add(tag, known)
        elif tag == "option":
            self._end_option()
            self._option, self._text = known.get("value"), ""
            if self._into and "selected" in known and self._option is not None:
                self._into.values.append(self._option)

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "option":
            self._end_option()
        elif tag == "textarea" and self._into:
            self._into.values = [self._text.removeprefix("\n")]
            self._into = None
        elif tag == "select":
            self._end_option()
            self._into = None

    def _end_option(self) -> None:
        if self._into and self._option is not None:
            self._into.choices.append(self._option)
        self._option = None

    def _begin(self, known: dict[str, str]) -> None:
        self._form = PageForm(
            urljoin(self._address, known.get("action") or self._address),
            known.get("method", "get").upper(),
            known.get("enctype") == "multipart/form-data",
        )
        self.forms.append(self._form)
        self._by_id[known.get("id", "")] = self._form

    def _add(self, tag: str, known: dict[str, str]) -> None:
        name, kind = known.get("name"), known.get("type", "text") if tag == "input" else tag
        form = self._by_id.get(known["form"]) if "form" in known else self._form
        if form is None or "disabled" in known:
            return
        if "formaction" in known:
            form.elsewhere.append(urljoin(self._address, known["formaction"]))
        if not name:
            return
        if kind in UNSENT:
            form.buttons.append((name, known.get("value", "")))
            return
        one = form.fields.setdefault(name, Field(name, kind, []))
        one.required = one.required or "required" in known
        one.longest = int(known["maxlength"]) if known.get("maxlength", "").isdigit() else one.longest
        if kind in {"checkbox", "radio"}:
            one.choices.append(known.get("value", "on"))
            if "checked" in known:
                one.values.append(known.get("value", "on"))
        elif tag == "input" and kind != "file":
            one.values.append(known.get("value", ""))
        self._into = one if tag in {"select", "textarea"} else None
        self._text = ""
