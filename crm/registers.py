"""What features say of themselves by being imported: their jobs, and how people are found in their tables."""

from __future__ import annotations

from crm.accounts import personal as accounts_personal
from crm.asks import jobs as asks_jobs
from crm.asks import personal as asks_personal
from crm.attendance import personal as attendance_personal
from crm.audit import jobs as audit_jobs
from crm.demands import jobs as demands_jobs
from crm.demands import personal as demands_personal
from crm.demonstrations import jobs as demonstrations_jobs
from crm.demonstrations import personal as demonstrations_personal
from crm.duplicates import jobs as duplicates_jobs
from crm.duplicates import personal as duplicates_personal
from crm.events import jobs as events_jobs
from crm.exchange import jobs as exchange_jobs
from crm.exchange import personal as exchange_personal
from crm.exchange.whole import jobs as whole_jobs
from crm.hosting import jobs as hosting_jobs
from crm.hosting import personal as hosting_personal
from crm.letters import jobs as letters_jobs
from crm.mail import personal as mail_personal
from crm.mail import sending as mail_sending
from crm.meetings import personal as meetings_personal
from crm.mornings import jobs as mornings_jobs
from crm.notices import jobs as notices_jobs
from crm.notices import personal as notices_personal
from crm.organizations import personal as organizations_personal
from crm.outreach import personal as outreach_personal
from crm.partners import jobs as partners_jobs
from crm.partners import personal as partners_personal
from crm.privacy import jobs as privacy_jobs
from crm.queues import personal as queues_personal
from crm.representatives import operations as representatives_jobs
from crm.representatives import personal as representatives_personal
from crm.roles import operations as roles_jobs
from crm.roles import personal as roles_personal
from crm.rsvps import personal as rsvps_personal
from crm.rsvps.operations import retention as rsvps_jobs
from crm.sign_ons import personal as sign_ons_personal
from crm.turnout import personal as turnout_personal

# Modules that hold jobs and nothing that is registered by name.
JOBS = (
    audit_jobs,
    asks_jobs,
    mornings_jobs,
    letters_jobs,
    mail_sending,
    demands_jobs,
    representatives_jobs,
    events_jobs,
    rsvps_jobs,
    notices_jobs,
    hosting_jobs,
    roles_jobs,
    partners_jobs,
    duplicates_jobs,
    demonstrations_jobs,
    exchange_jobs,
    whole_jobs,
    privacy_jobs,
)
# Modules that say how a person is found in the tables of a feature, and wiped.
PERSONAL = (
    accounts_personal,
    mail_personal,
    organizations_personal,
    representatives_personal,
    outreach_personal,
    demands_personal,
    asks_personal,
    sign_ons_personal,
    roles_personal,
    rsvps_personal,
    meetings_personal,
    hosting_personal,
    attendance_personal,
    demonstrations_personal,
    turnout_personal,
    notices_personal,
    partners_personal,
    duplicates_personal,
    queues_personal,
    exchange_personal,
)
