"""The fields that a column can be mapped to, and the words by which headers name them."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.organizations.names import fold


class Field(StrEnum):
    """Where a column's values go; a demand's column is `demand:<number>` (see `demand_field`)."""

    NAME = "name"
    UNIT = "unit"
    LOCAL_NUMBER = "local_number"
    GROUP_NUMBER = "group_number"
    ACRONYM = "acronym"
    KIND = "kind"
    IRS_SUBSECTION = "irs_subsection"
    IRS_FOUNDATION = "irs_foundation"
    NTEE = "ntee"
    PEOPLE = "people"
    PARENT = "parent"
    PARENT_ID = "parent_id"
    SECTOR = "sector"
    PLACE = "place"
    ADDRESS = "address"
    CITY = "city"
    STATE = "state"
    POSTAL_CODE = "postal_code"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    WEBSITE = "website"
    EXTERNAL_ID = "external_id"
    SOURCE = "source"
    DESCRIPTION = "description"
    STAGE = "stage"
    ASSIGNEE = "assignee"
    CONTACT = "contact"
    CONTACT_ROLE = "contact_role"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"
    LAST_TOUCH = "last_touch"
    NOTE = "note"
    TAGS = "tags"


FIELD_LABELS: Mapping[Field, Any] = {
    Field.NAME: _l("Name"),
    Field.UNIT: _l("Chapter or unit (added to the name)"),
    Field.LOCAL_NUMBER: _l("Number of the local"),
    Field.GROUP_NUMBER: _l("Group exemption number"),
    Field.ACRONYM: _l("Acronym"),
    Field.KIND: _l("Kind"),
    Field.IRS_SUBSECTION: _l("IRS subsection (for the kind)"),
    Field.IRS_FOUNDATION: _l("IRS foundation code (for the kind)"),
    Field.NTEE: _l("NTEE code (for the kind)"),
    Field.PEOPLE: _l("People represented"),
    Field.PARENT: _l("Parent organization, by name"),
    Field.PARENT_ID: _l("Parent organization, by its id"),
    Field.SECTOR: _l("Sector"),
    Field.PLACE: _l("Place or neighborhood"),
    Field.ADDRESS: _l("Address"),
    Field.CITY: _l("City"),
    Field.STATE: _l("State"),
    Field.POSTAL_CODE: _l("Postal code"),
    Field.LATITUDE: _l("Latitude"),
    Field.LONGITUDE: _l("Longitude"),
    Field.WEBSITE: _l("Website"),
    Field.EXTERNAL_ID: _l("Id in another list"),
    Field.SOURCE: _l("Which list the id is from"),
    Field.DESCRIPTION: _l("Description"),
    Field.STAGE: _l("Stage of outreach"),
    Field.ASSIGNEE: _l("Who is on it"),
    Field.CONTACT: _l("Primary contact"),
    Field.CONTACT_ROLE: _l("Role of the contact"),
    Field.CONTACT_EMAIL: _l("E-mail of the contact"),
    Field.CONTACT_PHONE: _l("Phone of the contact"),
    Field.LAST_TOUCH: _l("Last touch"),
    Field.NOTE: _l("Note"),
    Field.TAGS: _l("Tags"),
}

# Fields that several columns may share; every other field takes one column.
SHARED = frozenset({Field.NOTE, Field.TAGS})

_DEMAND = re.compile(r"demand:([1-9]\d{0,2})")
_OWN = re.compile(r"own:(\d{1,6})")

# Header words as `plain_header` gives them, surest first: a name column called "organization" is taken
# before one called "text". English and Spanish, the public data sets' own names among them.
HEADER_WORDS: Mapping[Field, tuple[str, ...]] = {
    Field.NAME: (
        "name|organization|organization name|org|org name|group|group name|name of group|"
        "name of organization|organizacion|nombre|nombre del grupo|nombre de la organizacion|grupo|"
        "agrupacion|employer name|legal name|full name of organization|entity|colectivo",
        "local name|union|union name|sindicato|chapter name|congregation|company|business|school|"
        "institution|campus|group organization|organization group|org group|groups|organizations|orgs|"
        "grupos|organizaciones",
        "employer|local|title|names|text|member organization|member group|endorser|endorsing organization",
    ),
    Field.UNIT: ("sort name|chapter|unit|branch|subunit|capitulo|seccion",),
    Field.LOCAL_NUMBER: (
        "local number|local no|local num|local nbr|lu number|numero de local|num local|local",
    ),
    Field.GROUP_NUMBER: ("group exemption number|gen|group", "group number"),
    Field.ACRONYM: ("acronym|abbreviation|abbr|initials|short name|siglas|acronimo",),
    Field.KIND: (
        "kind|type|org type|organization type|group type|type of group|type of organization|tipo|"
        "tipo de grupo|tipo de organizacion|clase",
        "category|categoria",
    ),
    Field.IRS_SUBSECTION: ("subsection|subsection code|subsection cd|irs subsection",),
    Field.IRS_FOUNDATION: ("foundation|foundation code|foundation cd",),
    Field.NTEE: ("ntee|ntee cd|ntee code|nteecc",),
    Field.PEOPLE: (
        "people|people represented|represents|size|members|membership|number of members|member count|"
        "of members|miembros|personas|personas representadas|afiliados|integrantes|no of members|how many|"
        "tamano|cuantos|workers or members|numero de miembros|approx size|group size|est members",
        "workers|tot enroll|enrollment|students|employees|headcount|trabajadores",
    ),
    Field.PARENT: (
        "parent|parent organization|parent org|parent group|parent union|affiliate of|affiliated with|"
        "part of|matriz|organizacion matriz|afiliado a|pertenece a|federacion",
        "affiliation|international|afiliacion|network",
    ),
    Field.PARENT_ID: ("parent id|parent external id|parent organization id",),
    Field.SECTOR: ("sector|industry|industria|subsector name|ramo", "ntee major name|issue area|issue"),
    Field.PLACE: (
        "place|neighborhood|neighbourhood|area|district|location|barrio|colonia|vecindario|lugar|zona",
        "jurisdictions|jurisdiction|region|county|condado",
    ),
    Field.ADDRESS: (
        "address|full address|street address|mailing address|street|direccion|domicilio|address 1|address1|"
        "address line 1|calle",
    ),
    Field.CITY: ("city|town|ciudad|municipio|city town",),
    Field.STATE: ("state|st|estado|province|provincia|state abbr",),
    Field.POSTAL_CODE: ("zip|zip code|zipcode|postal code|postcode|codigo postal|cp|zip postal code",),
    Field.LATITUDE: ("latitude|lat|latitud|y",),
    Field.LONGITUDE: ("longitude|lon|lng|long|longitud|x",),
    Field.WEBSITE: (
        "website|web site|web|url|url web|web page|homepage|sitio web|pagina web|sitio|pagina|site|"
        "web address|website url",
        "link|links|facebook|enlace",
    ),
    Field.EXTERNAL_ID: (
        "external id|ein|ipedsid|ipeds id|f num|unitid|id externo|irs ein",
        "id|uuid|record id|identifier",
    ),
    Field.SOURCE: ("external source|id source", "source|fuente"),
    Field.DESCRIPTION: ("description|about|summary|descripcion|mission|resumen|acerca de|bio",),
    Field.STAGE: (
        "stage|status|outreach status|outreach stage|etapa|estatus|situacion|contact status",
        "estado|estado del contacto|progress|where are we",
    ),
    Field.ASSIGNEE: (
        "owner|assignee|assigned to|assigned|who s on it|whos on it|who is on it|who|our contact|our person|"
        "responsable|encargado|encargada|asignado a|quien|a cargo|organizer|organizador|organizadora|"
        "point person|lead organizer|who s reaching out|turf|follow up by|who will contact|who s calling",
        "lead|liaison|enlace nuestro",
    ),
    Field.CONTACT: (
        "contact|primary contact|contact person|contact name|contact info|contacto|contacto principal|"
        "poc|point of contact|persona de contacto|main contact|contacts|their contact|key contact|"
        "contact details|contact information|nombre del contacto|contacto info|datos de contacto|"
        "spokesperson|representative",
    ),
    Field.CONTACT_ROLE: ("contact role|contact title|role|position|cargo|puesto|rol",),
    Field.CONTACT_EMAIL: (
        "contact email|contact e mail|email|e mail|email address|e mail address|correo|"
        "correo electronico|mail",
    ),
    Field.CONTACT_PHONE: (
        "contact phone|phone|phone number|telephone|telefono|tel|cell|cell phone|mobile|celular|"
        "contact number",
    ),
    Field.LAST_TOUCH: (
        "last touch|last contact|last contacted|last contact date|date of last contact|date contacted|"
        "last touched|last spoke|last call|ultimo contacto|ultima llamada|fecha de contacto|contacted on|"
        "fecha del ultimo contacto|last outreach|last conversation|last talked|contacted|date last contacted",
        "last update|updated|fecha",
    ),
    Field.NOTE: (
        "note|notes|comments|comment|notas|nota|comentarios|observaciones|remarks|next steps|next step",
    ),
    Field.TAGS: (
        "tags|tag|tag s|tag list|tag names|topics|issues|etiquetas|lista de etiquetas|temas|labels|keywords|"
        "can2 user tags|group membership|activist code|activist codes",
    ),
}

# Headers of other lists (people, events) that tell a header line from data, though no field takes them.
OTHER_WORDS = frozenset(
    (
        "date|time|start|end|start date|end date|first name|last name|apellido|uuid|country|pais|order|"
        "stance|organization as printed|donate url|demand|demands|demanda|demandas|exigencia|exigencias|"
        "channel|outcome|venue|event|event type|timezone|section|role|district|year|naics|hora|canal|"
        "resultado|evento"
    ).split("|")
)


def _strengths() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for field, groups in HEADER_WORDS.items():
        for strength, words in zip((3, 2, 1), groups, strict=False):
            for word in words.split("|"):
                found.setdefault(word, []).append((field, strength))
    return found


STRENGTHS: Mapping[str, list[tuple[str, int]]] = _strengths()

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")


def plain_header(text: str) -> str:
    """A header as `HEADER_WORDS` has it: `urlWeb`, `URL_WEB` and `Url web:` are `url web`."""
    return _NOT_WORD.sub(" ", fold(_CAMEL.sub(" ", text).replace("'", " ").replace("’", " "))).strip()


def is_header_word(text: str) -> bool:
    """Whether a cell reads like the name of a column."""
    plain = plain_header(text)
    return plain in STRENGTHS or plain in OTHER_WORDS or bool(DEMAND_HEADER.match(plain))


DEMAND_HEADER = re.compile(
    r"(?:(?:min(?:imum)?|ext(?:ended)?) )?(?:demands?|demandas?|exigencias?|dem|exig|d)(?: no|"
    r" num)? ?(\d{1,2})\b"
)


def demand_field(number: int) -> str:
    """The field of a demand's column, by the demand's number in the coalition."""
    return f"demand:{number}"


def demand_number(field: str) -> int | None:
    """The number in a demand's field; None for any other field."""
    match = _DEMAND.fullmatch(field)
    return int(match[1]) if match else None


def own_field(field_id: int) -> str:
    """The field of the column of a field of the coalition's own."""
    return f"own:{field_id}"


def own_number(field: str) -> int | None:
    """The id in the field of one of the coalition's own; None for any other field."""
    match = _OWN.fullmatch(field)
    return int(match[1]) if match else None


def is_field(field: str) -> bool:
    """Whether a column can be mapped to it."""
    numbered = demand_number(field) or own_number(field)
    return field in frozenset(Field) or numbered is not None
