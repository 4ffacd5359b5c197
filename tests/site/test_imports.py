"""Who may import whom: core knows no feature, and a feature knows only earlier ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.site.statements import statements

ROOT = Path(__file__).resolve().parents[2]

# A feature may import from what stands before it.
FEATURES = (
    "coalitions",
    "accounts",
    "audit",
    "mail",
    "access",
    "settings",
    "tags",
    "fields",
    "organizations",
    "representatives",
    "targets",
    "outreach",
    "mornings",
    "bulk",
    "demands",
    "asks",
    "policies",
    "letters",
    "sign_ons",
    "events",
    "roles",
    "rsvps",
    "meetings",
    "hosting",
    "attendance",
    "demonstrations",
    "turnout",
    "notices",
    "calendars",
    "partners",
    "handouts",
    "duplicates",
    "queues",
    "pipeline",
    "breadth",
    "reports",
    "network",
    "exchange",
    "privacy",
    "api",
    "lockdown",
    "operating",
    "groups",
    "home",
    "demo",
)
# What an earlier feature offers to later ones; its forms and views are its own.
OFFERED = {"models", "queries", "operations"}
# What a page of any feature asks of who is signed in.
ASKED = {"crm.accounts.reentry"}
# Modules that compute and touch neither the database nor the request: offered to later features as well.
PURE = {
    "crm.attendance.rules",
    "crm.calendars.entries",
    "crm.calendars.ics",
    "crm.calendars.linked_data",
    "crm.calendars.words",
    "crm.demands.difference",
    "crm.demands.people",
    "crm.demands.rules",
    "crm.demands.wall",
    "crm.demonstrations.amounts",
    "crm.demonstrations.fields",
    "crm.events.recurrence",
    "crm.events.rights",
    "crm.events.sentence",
    "crm.events.series",
    "crm.events.venues",
    "crm.events.words",
    "crm.exchange.whole.tables",
    "crm.exchange.tables",
    "crm.fields.definitions",
    "crm.fields.inputs",
    "crm.meetings.ready",
    "crm.organizations.derived",
    "crm.organizations.display",
    "crm.organizations.phones",
    "crm.organizations.names",
    "crm.organizations.resemblance",
    "crm.organizations.stage_codes",
    "crm.organizations.stages",
    "crm.organizations.websites",
    "crm.organizations.words",
    "crm.partners.ics_reader.found",
    "crm.partners.ics_reader.words",
    "crm.roles.words",
    "crm.sign_ons.fields",
    "crm.tags.words",
    "crm.turnout.growth",
}
# Inside a feature each layer imports only those before it; commands and jobs call what views call.
LAYERS = ("models", "queries", "operations", "forms", "views")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def imports(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, by full name."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "crm")
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            if base.split(".")[0] == "crm":
                names = (f"{base}.{alias.name}" for alias in node.names)
                yield from (name if is_module(name) else base for name in names)


def fault_of(importer: str, imported: str) -> str | None:
    """Why a module may not import another, or None when it may. Both are full names below `crm`."""
    own, theirs = importer.split("."), imported.split(".")
    if is_application(own) or theirs[1:2] == ["core"]:
        return None
    if own[1] == "core":
        return "core knows no feature"
    if is_application(theirs):
        return "the application is imported by nothing that it puts together"
    if own[1] == theirs[1]:
        return fault_inside(own, theirs)
    if theirs[1] not in FEATURES or own[1] not in FEATURES:
        return "not a feature by the list above"
    if FEATURES.index(theirs[1]) > FEATURES.index(own[1]):
        return f"{theirs[1]} comes after {own[1]}"
    offered = len(theirs) > 2 and theirs[2] in OFFERED
    return (
        None
        if offered or imported in PURE | ASKED
        else "offers models, queries, operations and pure modules only"
    )


def is_application(name: list[str]) -> bool:
    """`crm` itself and the modules beside the features, which put everything together."""
    return len(name) == 1 or (ROOT / "crm" / f"{name[1]}.py").exists()


def fault_inside(own: list[str], theirs: list[str]) -> str | None:
    layers = [
        LAYERS.index(name[2]) if len(name) > 2 and name[2] in LAYERS else None for name in (own, theirs)
    ]
    if layers[0] is None or layers[1] is None or layers[1] <= layers[0]:
        return None
    return f"{LAYERS[layers[0]]} come before {LAYERS[layers[1]]}"


def test_features_are_named_in_their_order():
    packages = {path.parent.name for path in (ROOT / "crm").glob("*/__init__.py")} - {"core"}
    assert packages, "no features: has the layout changed?"
    assert packages - set(FEATURES) == set()


def test_nothing_imports_what_it_should_not_know():
    faults = []
    for path in sorted((ROOT / "crm").rglob("*.py")):
        importer = module_name(path)
        for imported in sorted(set(imports(path))):
            if fault := fault_of(importer, imported):
                faults.append(f"{importer} imports {imported}: {fault}")
    assert faults == []


def test_the_rules_themselves():
    assert fault_of("crm.core.db", "crm.accounts.models")
    assert fault_of("crm.accounts.views", "crm.events.models")
    assert fault_of("crm.events.views", "crm.accounts.forms")
    assert fault_of("crm.events.models", "crm.events.queries")
    assert fault_of("crm.events.views", "crm")
    assert not fault_of("crm.events.views", "crm.accounts.queries")
    assert not fault_of("crm.exchange.rows", "crm.organizations.names")
    assert not fault_of("crm.events.commands", "crm.events.operations")
    assert not fault_of("crm", "crm.events.views")
