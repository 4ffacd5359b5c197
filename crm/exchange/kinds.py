"""Kinds of organizations, from the words and codes by which lists tell them."""

import re

from crm.exchange.problems import CellError, shortened
from crm.organizations.models import OrganizationKind as Kind
from crm.organizations.names import fold

_WORDS = {
    Kind.UNION: (
        "union|unions|union local|local|locals|labor|labor union|labor organization|labour|trade union|"
        "sindicato|sindicatos|sindical|laboral|gremio|gremios|workers center|worker center|"
        "labor council|central labor council"
    ),
    Kind.CONGREGATION: (
        "congregation|congregations|church|churches|faith|faith based|faith based organization|"
        "faith group|faith groups|religious|religious organization|mosque|masjid|synagogue|temple|"
        "parish|ministry|interfaith|iglesia|iglesias|congregacion|congregaciones|parroquia|templo|"
        "mezquita|sinagoga|fe|religioso|religiosa"
    ),
    Kind.STUDENT_GROUP: (
        "student|students|student group|student groups|student org|student organization|"
        "student organizations|student union|campus group|campus|youth and students|estudiante|"
        "estudiantes|estudiantil|grupo estudiantil|grupos estudiantiles|organizacion estudiantil"
    ),
    Kind.COMMUNITY_GROUP: (
        "community|community group|community groups|community org|community organization|community orgs|"
        "community organizations|community based organization|cbo|neighborhood|neighborhood group|"
        "neighborhood association|tenants|tenant union|tenants union|tenant association|grassroots|"
        "block club|immigrant rights|nonprofit|non profit|comunidad|comunitario|comunitaria|"
        "grupo comunitario|vecinal|organizacion comunitaria|grupos comunitarios|asociacion de vecinos|"
        "colectivo|barrio|advocacy"
    ),
    Kind.PROFESSIONAL_GROUP: (
        "professional|professionals|professional group|professional groups|professional association|"
        "legal|lawyers|medical|health professionals|profesional|profesionales|grupo profesional|"
        "colegio profesional|asociacion profesional|abogados"
    ),
    Kind.BUSINESS: (
        "business|businesses|small business|company|corporation|store|shop|restaurant|employer|merchant|"
        "cooperative|coop|co op|negocio|negocios|empresa|empresas|comercio|comercios|cooperativa|tienda"
    ),
    Kind.OTHER: (
        "other|others|misc|otro|otra|otros|otras|varios|program|agency|department|city|county|state|"
        "town|tribe|division|country|school district|college|university|colleges|universities|"
        "special purpose district|independent federal agency|public hospital district|"
        "independent public corporation|corporate foundation|foundation|school|government|party|"
        "political party|coalition|network|gobierno|escuela|universidad|red"
    ),
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
_HEADINGS = frozenset(
    word
    for word in _KIND_OF
    if re.search(r"(?:s|labor|faith|community|business|sindical|comunitarios)$", word)
)
_PUNCTUATION = re.compile(r"[\W_]+")

# 501(c) subsections. 06 are business leagues, chambers and professional associations: groups of a trade,
# not businesses themselves.
_SUBSECTIONS = {"4": Kind.COMMUNITY_GROUP, "5": Kind.UNION, "6": Kind.PROFESSIONAL_GROUP}
_CHURCH = "10"  # foundation code of churches, IRC 170(b)(1)(A)(i)
_NTEE = (
    ("J40", Kind.UNION),
    ("B83", Kind.STUDENT_GROUP),  # fraternities and sororities
    ("S41", Kind.PROFESSIONAL_GROUP),  # chambers of commerce, business leagues
    ("S46", Kind.PROFESSIONAL_GROUP),
    ("S2", Kind.COMMUNITY_GROUP),  # community and neighborhood improvement
    ("R", Kind.COMMUNITY_GROUP),  # civil rights, social action
    ("L50", Kind.COMMUNITY_GROUP),  # home owners and tenants
    ("B94", Kind.COMMUNITY_GROUP),  # parents and teachers
    *((f"X{digit}", Kind.CONGREGATION) for digit in "234567"),
)
_IN_NAMES = (
    (
        Kind.STUDENT_GROUP,
        r"students?|estudiantes|estudiantil|fraternity|sorority|campus (?:democrats|greens)",
    ),
    (
        Kind.UNION,
        r"local \d+\w*|loc\.? \d+|lu (?:no )?\d+|teamsters|ibew|seiu|ufcw|afscme|ilwu|unite here|"
        r"steelworkers|iron ?workers|sindicato|brotherhood of|union de (?:trabajadores|empleados|"
        r"carpinteros)|workers united|machinists|employees union|labor council|afl cio|metal trades|"
        r"workers union|building trades",
    ),
    (
        Kind.CONGREGATION,
        r"church|iglesia|parish|parroquia|synagogue|mosque|masjid|congregation|catholic|lutheran|baptist|"
        r"methodist|presbyterian|episcopal|unitarian|islamic center|chapel|capilla|diocese|ministries",
    ),
    (
        Kind.PROFESSIONAL_GROUP,
        r"bar association|lawyers guild|chamber of commerce|medical association|abogados",
    ),
    (
        Kind.COMMUNITY_GROUP,
        r"neighborhood|neighbors|vecinos|tenants?|inquilinos|unidos|coalition|"
        r"community (?:council|group|alliance|association|organization|action|network)",
    ),
)
# A hospital with a church in its name is not a congregation, a community college no community group.
_NO_GROUP = re.compile(
    r"\b(?:college|university|school|academy|hospital|nursing|medical center|home care|llc)\b"
)
_NAME_PATTERNS = [(kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _IN_NAMES]


def plain_word(text: str) -> str:
    """A word or a code as it is compared: `HOUSE_PARTY` and `House party` are `house party`."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def parse_kind(cell: str) -> Kind | CellError:
    """The kind that a word names, in English or Spanish, in any case, one or many."""
    plain = plain_word(cell)
    kind = _KIND_OF.get(plain)
    if kind is None and "/" in cell:
        kind = _KIND_OF.get(_PUNCTUATION.sub(" ", fold(cell.split("/")[0])).strip())
    return kind or CellError("kind", {"text": shortened(cell)})


def kind_from_irs(subsection: str, foundation: str = "", ntee: str = "") -> Kind | None:
    """The kind that the codes of the IRS exempt organizations list say; None where they say none.

    Churches are known by the foundation code 10; labor by subsection 5; then the NTEE code is asked.
    """
    if foundation.strip().lstrip("0") == _CHURCH:
        return Kind.CONGREGATION
    number = subsection.strip().lstrip("0")
    if number in ("5", "6"):
        return _SUBSECTIONS[number]
    code = ntee.strip().upper()
    for start, kind in _NTEE:
        if code.startswith(start):
            return kind
    return _SUBSECTIONS.get(number)


def kind_from_name(name: str) -> Kind | None:
    """The kind that a name itself says (`… Local 6`, `Iglesia …`); None where it leaves doubt."""
    plain = _PUNCTUATION.sub(" ", fold(name))
    if _NO_GROUP.search(plain):
        return None
    return next((kind for kind, pattern in _NAME_PATTERNS if pattern.search(plain)), None)


def is_kind_heading(text: str) -> bool:
    """Whether a cell alone in its row is a heading such as `UNIONS` or `Faith`."""
    return _PUNCTUATION.sub(" ", fold(text)).strip() in _HEADINGS
