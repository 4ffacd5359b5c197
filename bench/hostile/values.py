"""What nobody types by mistake, and marks by which it is known again in an answer."""

from __future__ import annotations

import random
from urllib.parse import quote_from_bytes

# Stands in an answer as it is here where it was not escaped.
TAG = "<hostile>"
ATTRIBUTE = "onhostile"
SCHEME = "javascript:hostile"
# What `{{7*7}}` and its like become where a text is taken for a template.
CALCULATED = "49hostile"
HEADER = "X-Hostile"
# No address of ours: what leads there, leads away.
ELSEWHERE = "hostile.example"

# Short enough for most fields, of one line and without control characters: these are taken, kept and shown.
KEPT = (
    f"{TAG}x</textarea></script></title>",
    f"\"'> {ATTRIBUTE}=1 {TAG}",
    "' " + ATTRIBUTE + "='1",
    "{{7*7}}hostile ${7*7}hostile #{7*7}hostile",
    "=cmd|'/C calc'!A0 hostile",
    "+hostile-2",
    "-hostile+1",
    "@SUM(1)hostile",
    "＝hostile",
    "%(name)s %s %d {0} {name} hostile",
    "hostile;ATTENDEE:mailto:x,\\n\\N\\;\\,",
    '#panic("hostile") #read("/etc/passwd") $ hostile',
    f"[hostile]({SCHEME}) <{SCHEME}> ![x]({SCHEME})",
    f"**hostile** <img src=x {ATTRIBUTE}=1> &lt;hostile&gt; &#60;hostile>",
    "hostile' OR 1=1 -- \"; DROP TABLE user; --",
    'hostile % _ \\ * ? [ ] NEAR AND OR NOT ( ) ^ : "',
    "../../../../etc/passwd hostile",
    "Ω≈ç√∫ 田中さん مرحبا 👩‍👩‍👧 hostile",
    "i\u0307\u0130ıß ﬁ hostile",
    "hostile" + "\u0301" * 60,
)
WILD = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202ehostile\u202c",
    "\u2066x\u2069",
    "\ufeff",
    "\u2028",
    "\x1b[31m",
    "\x7f",
    "\u0085",
    "\uffff",
    "\U0010ffff",
    f"x\r\n{HEADER}: 1",
    f"x\n{HEADER}: 1\n\n{TAG}",
    f"x\r{HEADER}: 1",
    f"x\r\n{HEADER.upper()}:1\r\nEND:VEVENT",
    "x" * 100_000,
    "\n" * 5_000,
    "(" * 4_000,
    "9" * 5_000,
    "a@" * 1_000,
    "é" * 3_000,
    f"//{ELSEWHERE}/",
    f"https://{ELSEWHERE}/",
    f"/\\{ELSEWHERE}",
    f"https:{ELSEWHERE}",
    f"///{ELSEWHERE}/%2f..",
    f"/%09/{ELSEWHERE}",
    f"http://localhost@{ELSEWHERE}/",
    SCHEME,
    "data:text/html,hostile",
    "http://[::1",
    "http://[",
    "http://xn--0.example",
    "https://" + "a." * 200 + "example",
    "http://a:99999/",
    "file:///etc/passwd",
    "<hostile@a.example>",
    "a@b@c.example",
    '"<hostile>"@a.example',
    "a@[127.0.0.1]",
    "a@xn--.example",
    "@",
)
NUMBERS = (
    "-1",
    "0",
    "1",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1e9999999",
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "-0",
    "0x10",
    "1_000",
    "٣",
    "²",
    "½",
    "1.5",
    "1,5",
    "+7",
    " 7 ",
    "9" * 400,
)
DAYS = (
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-W53-1",
    "2026-001",
    "20261205",
    "2026-12-05T25:00",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-12-05T12:00Z",
    "2026-12-05T12:00+99:99",
    "2026-03-08T02:30",
    "24:00",
    "23:59:60",
    "99:99",
    "2026-13",
    "0000-01",
    "9999-12",
    "2026-12-05 12:00",
)
ZONES = (
    "Mars/Olympus",
    "../../etc/passwd",
    "/etc/localtime",
    "UTC\x00",
    "Etc/GMT+99",
    "America",
    "",
    "localtime",
    "posixrules",
    "EST5EDT",
    "Factory",
    "right/UTC",
    "america/los_angeles",
    "." * 300,
    "Europe/Saratov/..",
)
LISTS = (
    "[]",
    "{}",
    "[[[[]]]]",
    "null",
    "true",
    "[1,2",
    '{"a":',
    "[" * 3_000,
    "W10",
    "bnVsbA",
    "WzFd",
    "WzFlOTk5XQ",
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwgMV0",
    "WyJcdTAwMDAiLCAxXQ",
    "WyJcdWQ4MDAiLCAxXQ",
    "WzJlMzA4LDFd",
    "FREQ=SECONDLY",
)
ALL = (*KEPT, *WILD, *NUMBERS, *DAYS, *ZONES, *LISTS)


def in_address(text: str) -> str:
    """A value percent-encoded, whatever is in it; lone surrogates as bytes that are no UTF-8."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def as_header(text: str) -> str:
    """A value as WSGI hands it on: bytes as Latin-1, no line break, which no server lets through."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")


def nasty(chance: random.Random, fitting: tuple[str, ...] = ()) -> str:
    """Any of them; half of the time one of those that fit."""
    return chance.choice(fitting) if fitting and chance.random() < 0.5 else chance.choice(ALL)
