"""Words of organization names: abbreviations, suffixes, acronyms. American, English and Spanish."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


ABBREVIATIONS = {
    "intl": "international",
    "natl": "national",
    "bhd": "brotherhood",
    "brhd": "brotherhood",
    "bhood": "brotherhood",
    "brotherhd": "brotherhood",
    "assn": "association",
    "assoc": "association",
    "asso": "association",
    "asn": "association",
    "amer": "american",
    "fed": "federation",
    "fedn": "federation",
    "fdn": "foundation",
    "fndn": "foundation",
    "org": "organization",
    "organisation": "organization",
    "orgs": "organizations",
    "univ": "university",
    "dept": "department",
    "cmte": "committee",
    "cttee": "committee",
    "ctr": "center",
    "centre": "center",
    "cncl": "council",
    "coun": "council",
    "dist": "district",
    "reg": "regional",
    "bldg": "building",
    "constr": "construction",
    "emp": "employees",
    "empl": "employees",
    "emps": "employees",
    "wkrs": "workers",
    "wrkrs": "workers",
    "mgmt": "management",
    "govt": "government",
    "soc": "society",
    "vic": "vicinity",
    "mt": "mount",
    "ft": "fort",
    "ste": "sainte",
    "vly": "valley",
    "fls": "falls",
    "spgs": "springs",
    "hts": "heights",
    "educ": "education",
    "cmty": "community",
    "neighbourhood": "neighborhood",
    "nbhd": "neighborhood",
    "labour": "labor",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
}

LEGAL_SUFFIXES = frozenset(
    ["inc", "incorporated", "incorporada", "corp", "corporation", "llc", "llp", "ltd", "pllc", "lp", "pc"]
)

# Words that tell two groups apart however alike the rest is.
OPPOSITES = _set(
    "north south east west northern southern eastern western northeast northwest southeast southwest "
    "upper lower first second third fourth fifth sixth seventh eighth ninth tenth men women boys girls "
    "senior junior norte sur este oeste auxiliary retirees retired alumni"
)

ACRONYMS = _set(
    "LU IBEW SEIU AFL CIO UFCW IATSE AFSCME CWA IBT ILWU ILA UAW USW IUOE LIUNA ATU TWU IAMAW AFM AFT "
    "NEA OPEIU RWDSU BCTGM UBC CJA UA IUPAT IUEC AFGE NALC APWU NPMHU UE UMWA IWW NNU NTEU NFFE SAG "
    "AFTRA WGA DGA UWU SPFPA PASNAP PSEA UTLA DSA NAACP ACLU LULAC MECHA PTA PTO PTSA YMCA YWCA VFW FFA "
    "AA AARP AME UCC USA US UK UN LGBT LGBTQ II III IV VI VII VIII IX XI XII XIII XIV XV NE NW SE SW DC KC "
    "NYC LA LLC LLP PLLC CTW CLC UCLA USC CUNY SUNY MIT BOCES UFW UNAC FLOC CHIRLA IAF"
)

# Ordinary words, unless a number or a word of unions follows: SMART Local 9, UNITE HERE.
WORD_ACRONYMS = _set("SMART UNITE HERE IAM")

SMALL_WORDS = _set(
    "of and the for in at on to by with a an de del la las los el y e en para por con da do dos das"
)

# No vowel in them, and yet ordinary words or abbreviations that are written with one capital.
SPELLED = _set(
    "st mt ft dr mr mrs ms jr sr ctr blvd rd ln pkwy hwy str dept assn natl intl bldg mgmt cmte wkrs vly fls "
    "spgs hts mfg ltd by my cry dry fly sky try gym sly lynch hymn myth rhythm bhd cncl dist svc svcs tr "
    "mtn mtns pt pl hq nbhd cmty mbr grp sch prgm pgm wm"
)

# Read as a state when they end a name in capitals; those that are words as well (IN, OR, ME) are not.
STATES_AT_END = _set(
    "AK AR AZ CA CT FL GA IA IL KS KY MN MT NC ND NH NJ NM NV NY PR RI SC SD TN TX UT VA VT WA WI WV WY"
)

STATES = {
    "alabama": "al",
    "alaska": "ak",
    "arizona": "az",
    "arkansas": "ar",
    "california": "ca",
    "colorado": "co",
    "connecticut": "ct",
    "delaware": "de",
    "district of columbia": "dc",
    "florida": "fl",
    "georgia": "ga",
    "hawaii": "hi",
    "idaho": "id",
    "illinois": "il",
    "indiana": "in",
    "iowa": "ia",
    "kansas": "ks",
    "kentucky": "ky",
    "louisiana": "la",
    "maine": "me",
    "maryland": "md",
    "massachusetts": "ma",
    "michigan": "mi",
    "minnesota": "mn",
    "mississippi": "ms",
    "missouri": "mo",
    "montana": "mt",
    "nebraska": "ne",
    "nevada": "nv",
    "new hampshire": "nh",
    "new jersey": "nj",
    "new mexico": "nm",
    "new york": "ny",
    "north carolina": "nc",
    "north dakota": "nd",
    "ohio": "oh",
    "oklahoma": "ok",
    "oregon": "or",
    "pennsylvania": "pa",
    "puerto rico": "pr",
    "rhode island": "ri",
    "south carolina": "sc",
    "south dakota": "sd",
    "tennessee": "tn",
    "texas": "tx",
    "utah": "ut",
    "vermont": "vt",
    "virginia": "va",
    "washington": "wa",
    "west virginia": "wv",
    "wisconsin": "wi",
    "wyoming": "wy",
}

# Words that half of all groups have in their names: they tell hardly anything of which one it is.
COMMON = _set(
    "local union unions international association american america united workers national community church "
    "council coalition committee organization organizations brotherhood employees students student group "
    "chapter city lodge branch division district county state service services center society federation "
    "college university school board office regional vicinity trades dc department alliance network "
    "baptist catholic episcopal lutheran methodist presbyterian"
)

# A part of a name behind a comma that holds one of these is the group's parent.
PARENT_WORDS = _set("organization union association federation international brotherhood council")

# Two letters that mean a state in an address, and are words or other abbreviations in a name.
WORDS_AND_STATES = _set("in or me de la al id hi ok oh pa co ma dc mt as")
