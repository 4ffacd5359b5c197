"""The groups of the demo city: invented names, of every kind, length and spelling that real lists have."""

from __future__ import annotations

from dataclasses import dataclass

from crm.organizations.models import OrganizationKind as Kind


@dataclass(frozen=True)
class Group:
    """A group and where it stands after the weeks that lie behind.

    `stands` has a letter for each demand in its order: e endorsed, r with a reservation, b before its board,
    n declined, a asked, w recorded by an organizer and waiting for a coordinator, - never asked. `week` is
    how many weeks ago it answered (0: this week). `board` is the day of its board, counted from today.
    """

    name: str
    kind: Kind
    place: str
    stands: str = "------"
    week: int = 0
    size: int | None = None
    parent: str = ""
    sector: str = ""
    number: str = ""
    board: int = 0
    size_public: bool = True


PORT = "United Port and Ferry Workers"
CARE = "Hospital and Home Care Workers Union"
UNIVERSITY = "Bellwater State Student Union"
LONGEST = (
    "Committee of Mothers, Fathers, Grandparents, Aunts and Uncles of the East Slope for Schools without "
    "Police, Safe Streets at Night, Libraries Open on Sundays and a Bus That Comes When the Timetable Says"
)

UNIONS = (
    Group(PORT, Kind.UNION, "Ferry Landing", "eeee--", 10, 5200, sector="Transport"),
    Group(f"{PORT} Local 12", Kind.UNION, "Ferry Landing", "eeeee-", 11, 1850, PORT, "Transport", "12"),
    Group(f"{PORT} Local 40", Kind.UNION, "Cannery", "ee-a--", 6, 640, PORT, "Transport", "40"),
    Group(f"{PORT} Local 77 Deckhands", Kind.UNION, "Ferry Landing", "bb----", 1, 210, PORT, "Transport",
          "77", board=2),
    Group(CARE, Kind.UNION, "Hospital Hill", "eeer--", 8, 3900, sector="Health care"),
    Group(f"{CARE} Local 88", Kind.UNION, "Hospital Hill", "eeeeee", 9, 1400, CARE, "Health care", "88"),
    Group(f"{CARE} Local 88 Retirees’ Chapter", Kind.UNION, "Old Mill", "eeee--", 4, 320,
          f"{CARE} Local 88", "Health care"),
    Group("Bellwater School Employees’ Federation", Kind.UNION, "Old Mill", "eeee-e", 7, 2600,
          sector="Education"),
    Group("Hotel, Kitchen and Laundry Workers Local 9", Kind.UNION, "Downtown", "eeeeee", 11, 1120,
          sector="Hospitality", number="9"),
    Group("Bakery and Cannery Workers Local 301", Kind.UNION, "Cannery", "eeee--", 5, 480,
          sector="Food processing", number="301", size_public=False),
    Group("Electrical and Sign Workers Local 66", Kind.UNION, "Rivertown", "bbbb--", 2, 730,
          sector="Construction", number="66", board=9),
    Group("Sindicato de Trabajadores del Campo y Empaque", Kind.UNION, "East Slope", "eeee--", 9, 890,
          sector="Agriculture"),
    Group("Letter Sorters and Couriers Branch 27", Kind.UNION, "Downtown", "aaaa--", 1, 510,
          sector="Post and delivery", number="27"),
    Group("Stagehands and Projectionists Local 5", Kind.UNION, "Downtown", "ee-n--", 3, None,
          sector="Entertainment", number="5"),
    Group("Carpenters and Shipwrights Local 131", Kind.UNION, "Cannery", "n-nn--", 4, 950,
          sector="Construction", number="131"),
    Group("Building Cleaners and Guards United", Kind.UNION, "Downtown", "eeee--", 6, 1340,
          sector="Building services"),
    Group("Graduate Workers of Bellwater State", Kind.UNION, "University District", "eeeeee", 10, 760,
          sector="Education"),
)  # fmt: skip

CONGREGATIONS = (
    Group("St. Brendan’s Parish Social Justice Committee", Kind.CONGREGATION, "Old Mill", "eeee--", 9, 420),
    Group("Parroquia Nuestra Señora del Puerto", Kind.CONGREGATION, "Ferry Landing", "eeee-e", 8, 1100),
    Group("East Slope Islamic Center", Kind.CONGREGATION, "East Slope", "eeeee-", 10, 850),
    Group("Temple Mayim of Bellwater", Kind.CONGREGATION, "Hospital Hill", "eeee--", 7, 310),
    Group("First Unitarian Society of Bellwater", Kind.CONGREGATION, "Downtown", "eeeeee", 11, 260),
    Group("Mount Olivet Community Church", Kind.CONGREGATION, "Rivertown", "bbbb--", 1, 700, board=-3),
    Group("Old Mill Friends Meeting", Kind.CONGREGATION, "Old Mill", "eeee--", 11, 45),
    Group("Iglesia Bautista Luz del Valle", Kind.CONGREGATION, "East Slope", "ee----", 2, None),
    Group("Gurdwara of the River Bend", Kind.CONGREGATION, "Rivertown", "eeee--", 3, 540),
    Group("Lutheran Church of the Good Harvest", Kind.CONGREGATION, "Garfield Heights", "aa-a--", 2),
    Group("Interfaith Table of Bellwater", Kind.CONGREGATION, "Downtown", "eeee-e", 5, None),
)

STUDENTS = (
    Group(UNIVERSITY, Kind.STUDENT_GROUP, "University District", "eeee--", 9, 2900),
    Group("Students for a Sanctuary Campus", Kind.STUDENT_GROUP, "University District", "eeeeee", 11, 140,
          UNIVERSITY),
    Group("Black Student Assembly of Bellwater State", Kind.STUDENT_GROUP, "University District", "eeeee-",
          8, 95, UNIVERSITY),
    Group("Estudiantes Unidos de Bellwater", Kind.STUDENT_GROUP, "University District", "eeee--", 7, 120,
          UNIVERSITY),
    Group("Harbor Community College Student Senate", Kind.STUDENT_GROUP, "Cannery", "bb-b--", 2, 1600,
          board=5),
    Group("Ferry Landing High School Walkout Committee", Kind.STUDENT_GROUP, "Ferry Landing", "ee-e--", 1),
    Group("Nursing Students for Patients", Kind.STUDENT_GROUP, "Hospital Hill", "a-----", 0, 60),
)  # fmt: skip

COMMUNITY = (
    Group("Rivertown Tenants Union", Kind.COMMUNITY_GROUP, "Rivertown", "eeeeee", 11, 380),
    Group("Sindicato de Inquilinos de la Loma Este", Kind.COMMUNITY_GROUP, "East Slope", "eeee-e", 10, 270),
    Group(LONGEST, Kind.COMMUNITY_GROUP, "East Slope", "eeee--", 6, 75),
    Group("Neighbors of Old Mill", Kind.COMMUNITY_GROUP, "Old Mill", "eere--", 5, 150),
    Group("Comité de Defensa del Barrio Cannery", Kind.COMMUNITY_GROUP, "Cannery", "eeee--", 8, 90),
    Group("Lower Harbor Mutual Aid", Kind.COMMUNITY_GROUP, "Cannery", "eeeee-", 9, None),
    Group("Casa Común de la Bahía", Kind.COMMUNITY_GROUP, "Ferry Landing", "eeee-e", 7, 210),
    Group("Samahang Pilipino ng Bellwater", Kind.COMMUNITY_GROUP, "Garfield Heights", "ee-e--", 3, 180),
    Group("Bellwater Disability Rights Circle", Kind.COMMUNITY_GROUP, "Downtown", "eeee--", 4, 65),
    Group("Prisoners’ Families Network", Kind.COMMUNITY_GROUP, "Rivertown", "eeeee-", 6, 130),
    Group("Riders of the 14 Bus", Kind.COMMUNITY_GROUP, "Garfield Heights", "wwww--", 0, 110),
    Group("Peña Cultural Ñandutí", Kind.COMMUNITY_GROUP, "East Slope", "eeee--", 2, 55),
    Group("Day Laborers’ Center / Centro de Jornaleros", Kind.COMMUNITY_GROUP, "Rivertown", "eeee--", 9, 240),
    Group("Garfield Heights Homeowners’ League", Kind.COMMUNITY_GROUP, "Garfield Heights", "n-n---", 3, 300),
    Group("Women’s Night School", Kind.COMMUNITY_GROUP, "Old Mill", "a--a--", 1, 85),
)

OTHERS = (
    Group("Immigration Defense Lawyers of Bellwater", Kind.PROFESSIONAL_GROUP, "Downtown", "eeee--", 10, 70),
    Group("Nurses and Doctors for Safe Clinics", Kind.PROFESSIONAL_GROUP, "Hospital Hill", "ee-ea-", 5, 190),
    Group("Bellwater Librarians’ Round Table", Kind.PROFESSIONAL_GROUP, "Downtown", "eeee--", 2, 48),
    Group("Planners and Architects for Housing", Kind.PROFESSIONAL_GROUP, "Downtown", "wa---w", 0, 35),
    Group("Panadería La Espiga", Kind.BUSINESS, "East Slope", "eeee--", 4, 12),
    Group("Old Mill Books", Kind.BUSINESS, "Old Mill", "ee-e--", 7, 6),
    Group("Ferry Landing Cooperative Grocery", Kind.BUSINESS, "Ferry Landing", "bbbb-b", 1, 900, board=20),
    Group("Café Jacarandá", Kind.BUSINESS, "University District", "ee----", 3, 9),
    Group("Gutiérrez & Daughters Auto Repair", Kind.BUSINESS, "Rivertown", "------", 0),
    Group("Tidewater Bicycle Works", Kind.BUSINESS, "Cannery", "------", 0, 5),
    Group("Radio Bellwater 98.9 Volunteers", Kind.OTHER, "Downtown", "eeee--", 8, 40),
    Group("Harbor Choir", Kind.OTHER, "Ferry Landing", "e-----", 1, 60, size_public=False),
    # Somebody listed the same group once more: the program asks whether these are one.
    Group("Hotel & Laundry Workers, Loc. 9", Kind.UNION, "Downtown"),
)

GROUPS = (*UNIONS, *CONGREGATIONS, *STUDENTS, *COMMUNITY, *OTHERS)
