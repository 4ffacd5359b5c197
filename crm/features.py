"""The features, in the order in which they stand on each other: their models, pages, jobs and commands."""

from __future__ import annotations

from flask import Blueprint, Flask

from crm import registers
from crm.access import cleanup
from crm.access import pages as access_pages
from crm.accounts import asking as accounts_asking
from crm.accounts import models as accounts_models
from crm.accounts import views as accounts_views
from crm.asks import models as asks_models
from crm.asks.views import adopting, asked
from crm.asks.views import groups as asks_groups
from crm.attendance import models as attendance_models
from crm.attendance import views as attendance_views
from crm.audit import models as audit_models
from crm.breadth import views as breadth_views
from crm.bulk import models as bulk_models
from crm.bulk import views as bulk_views
from crm.calendars import embeds as calendar_embeds
from crm.calendars import feeds as calendar_feeds
from crm.calendars import models as calendars_models
from crm.calendars import private_feeds, private_views, robots, rsvp_date
from crm.calendars import views as calendar_views
from crm.coalitions import models as coalitions_models
from crm.coalitions import views as coalitions_views
from crm.core import files, health, jobs, limits, upkeep
from crm.core.late import LateCommands
from crm.demands import models as demands_models
from crm.demands.views import cell as demands_cell
from crm.demands.views import differences
from crm.demands.views import discarding as demands_views
from crm.demands.views import matrix as demands_matrix
from crm.demands.views import progress as demands_progress
from crm.demands.views import public as demands_public
from crm.demands.views import recording as demands_recording
from crm.demands.views import rules as demands_rules
from crm.demands.views import stands as demands_stands
from crm.demonstrations import models as demonstrations_models
from crm.demonstrations import views as demonstrations_views
from crm.duplicates import models as duplicates_models
from crm.duplicates import views as duplicates_views
from crm.events import audience_views as events_audience
from crm.events import date_views as events_date_views
from crm.events import list_views as events_list
from crm.events import models as events_models
from crm.events import series_views as events_series
from crm.exchange import models as exchange_models
from crm.exchange import views as exchange_views
from crm.exchange.views import exports as exports_views
from crm.fields import models as fields_models
from crm.fields import views as fields_views
from crm.groups import models as groups_models
from crm.groups import views as groups_views
from crm.handouts import views as handouts_views
from crm.home import organization as organization_page
from crm.home import public as public_page
from crm.home import search as search_page
from crm.home import today as today_page
from crm.hosting import models as hosting_models
from crm.hosting import views as hosting_views
from crm.letters.views import embeds as letters_embeds
from crm.letters.views import letter as letters_views
from crm.letters.views import packet as letters_packet
from crm.letters.views import share as letters_share
from crm.lockdown import device_views as lockdown_devices
from crm.lockdown import views as lockdown_views
from crm.mail import models as mail_models
from crm.meetings import models as meetings_models
from crm.meetings import public as meetings_public
from crm.meetings import views as meetings_views
from crm.mornings import models as mornings_models
from crm.mornings import views as mornings_views
from crm.notices import models as notices_models
from crm.notices import views as notices_views
from crm.organizations import jobs as organizations_jobs
from crm.organizations import models as organizations_models
from crm.organizations import views as organizations_views
from crm.outreach import models as outreach_models
from crm.outreach.views import follow_ups, handing, stage_settings, touches
from crm.partners import models as partners_models
from crm.partners.views import calendars as partners_views
from crm.partners.views import files as partners_files
from crm.pipeline import views as pipeline_views
from crm.policies import models as policies_models
from crm.policies import views as policies_views
from crm.privacy import models as privacy_models
from crm.privacy.views import kept as privacy_kept
from crm.privacy.views import person as privacy_person
from crm.privacy.views import quiet as privacy_quiet
from crm.queues import models as queues_models
from crm.queues import views as queues_views
from crm.reports import views as reports_views
from crm.representatives import models as representatives_models
from crm.roles import models as roles_models
from crm.roles import views as roles_views
from crm.rsvps import models as rsvps_models
from crm.rsvps import views as rsvps_views
from crm.settings import audit as settings_audit
from crm.settings import outbox
from crm.settings import views as settings_views
from crm.sign_ons import models as sign_ons_models
from crm.sign_ons import views as sign_ons_views
from crm.tags import models as tags_models
from crm.tags import views as tags_views
from crm.targets import models as targets_models
from crm.targets import views as targets_views
from crm.turnout import models as turnout_models
from crm.turnout import views as turnout_views

# Every module that holds tables, so that migrations and tests know them all.
MODELS = (
    jobs,
    limits,
    files,
    coalitions_models,
    accounts_models,
    audit_models,
    mail_models,
    tags_models,
    fields_models,
    organizations_models,
    organizations_jobs,
    representatives_models,
    targets_models,
    outreach_models,
    mornings_models,
    bulk_models,
    demands_models,
    asks_models,
    policies_models,
    sign_ons_models,
    events_models,
    rsvps_models,
    hosting_models,
    notices_models,
    roles_models,
    meetings_models,
    attendance_models,
    demonstrations_models,
    turnout_models,
    calendars_models,
    partners_models,
    duplicates_models,
    queues_models,
    exchange_models,
    privacy_models,
    groups_models,
)
# Modules that hold jobs and nothing that is registered by name: known by being imported.
JOBS = (upkeep, cleanup, *registers.JOBS, *registers.PERSONAL)
# Modules that add their pages to the blueprint of another.
PAGES = (
    handing,
    demands_cell,
    demands_matrix,
    demands_progress,
    demands_recording,
    demands_rules,
    letters_packet,
    events_series,
    events_audience,
    events_list,
)
BLUEPRINTS: tuple[Blueprint, ...] = (
    health.bp,
    coalitions_views.bp,
    public_page.bp,
    accounts_views.bp,
    accounts_asking.bp,
    *access_pages.BLUEPRINTS,
    tags_views.bp,
    fields_views.bp,
    organizations_views.bp,
    bulk_views.bp,
    organization_page.bp,
    search_page.bp,
    today_page.bp,
    touches.bp,
    follow_ups.bp,
    stage_settings.bp,
    mornings_views.bp,
    settings_views.bp,
    settings_audit.bp,
    lockdown_views.bp,
    lockdown_devices.bp,
    outbox.bp,
    demands_views.bp,
    demands_stands.bp,
    demands_public.bp,
    differences.bp,
    differences.public,
    adopting.bp,
    asked.bp,
    asks_groups.bp,
    demands_public.endorsers,
    targets_views.bp,
    policies_views.steps.bp,
    policies_views.ladder.bp,
    letters_views.bp,
    letters_embeds.bp,
    letters_share.bp,
    sign_ons_views.bp,
    events_date_views.bp,
    rsvps_views.own.bp,
    rsvps_views.hosts.bp,
    rsvp_date.bp,
    notices_views.bp,
    hosting_views.bp,
    hosting_views.queue,
    meetings_views.bp,
    meetings_public.bp,
    meetings_public.group,
    *attendance_views.BLUEPRINTS,
    roles_views.bp,
    demonstrations_views.bp,
    demonstrations_views.season.bp,
    turnout_views.bp,
    calendar_views.bp,
    calendar_feeds.bp,
    calendar_embeds.bp,
    private_feeds.bp,
    private_views.bp,
    private_views.group,
    handouts_views.bp,
    duplicates_views.bp,
    robots.bp,
    partners_views.bp,
    partners_files.bp,
    queues_views.bp,
    pipeline_views.bp,
    breadth_views.bp,
    reports_views.bp,
    exchange_views.bp,
    exports_views.bp,
    privacy_kept.bp,
    privacy_person.bp,
    privacy_quiet.bp,
    groups_views.bp,
    groups_views.names.bp,
    groups_views.speakers.bp,
)
# Each is imported when it is called: the web server needs none.
COMMANDS = {
    "serve": "crm.commands:serve",
    "worker": "crm.commands:worker",
    "setup": "crm.settings.commands:setup",
    "coalition": "crm.settings.commands:coalition_group",
    "user": "crm.settings.commands:user_group",
    "keys": "crm.settings.keys:keys_group",
    "audit": "crm.audit.commands:audit_group",
    "mail": "crm.mail.commands:mail_group",
    "db": "flask_migrate.cli:db",
    "demo": "crm.demo.commands:cli",
    "import": "crm.exchange.commands:import_group",
    "export": "crm.exchange.whole.commands:export",
    "erasures": "crm.privacy.commands:erasures_group",
    "backup": "crm.operating.commands:backup",
    "backup-key": "crm.operating.commands:backup_key",
    "restore": "crm.operating.commands:restore",
    "doctor": "crm.operating.commands:doctor",
}


def register_features(app: Flask) -> None:
    """Put every feature into the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli = LateCommands(app.name, COMMANDS)
