from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.studies import STUDY
from annotation.views import consents, ethics, ethics_logs, incidents, protection, retention, safeguarding

ETHICS = f"{STUDY}ethics/"
APPROVALS = f"{ETHICS}approvals/"
INCIDENTS = f"{ETHICS}incidents/"
INCIDENT = f"{INCIDENTS}<slug:incident_code>/"
CONSENTS = f"{ETHICS}consents/"
RETENTION = f"{ETHICS}retention/"
LOGS = f"{ETHICS}logs/"

urlpatterns: list[URLPattern] = [
    path(ETHICS, ethics.study_ethics, name="study_ethics"),
    path(f"{ETHICS}who/", ethics.study_ethics_settings, name="study_ethics_settings"),
    path(f"{ETHICS}safeguarding/", safeguarding.study_safeguarding, name="study_safeguarding"),
    path(f"{APPROVALS}new/", ethics.study_approval_new, name="study_approval_new"),
    path(
        f"{APPROVALS}<slug:approval_code>/withdraw/",
        ethics.study_approval_withdraw,
        name="study_approval_withdraw",
    ),
    path(INCIDENTS, incidents.study_incidents, name="study_incidents"),
    path(f"{INCIDENTS}new/", incidents.study_incident_new, name="study_incident_new"),
    path(INCIDENT, incidents.study_incidents_one, name="study_incidents_one"),
    path(f"{INCIDENT}read/", incidents.study_incidents_read, name="study_incidents_read"),
    path(f"{INCIDENT}write/", incidents.study_incidents_write, name="study_incidents_write"),
    path(CONSENTS, consents.study_consents, name="study_consents"),
    path(
        f"{CONSENTS}<slug:rater_code>/copy.<slug:kind>",
        consents.study_consents_copy,
        name="study_consents_copy",
    ),
    path(f"{CONSENTS}<slug:rater_code>/proxy/", consents.study_consents_proxy, name="study_consents_proxy"),
    path(
        f"{CONSENTS}<slug:rater_code>/proxy/end/",
        consents.study_consents_proxy_end,
        name="study_consents_proxy_end",
    ),
    path(f"{ETHICS}protection/", protection.study_protection, name="study_protection"),
    path(f"{ETHICS}protection/notes/", protection.study_protection_notes, name="study_protection_notes"),
    path(RETENTION, retention.study_retention, name="study_retention"),
    path(f"{RETENTION}days/", retention.study_retention_dates, name="study_retention_dates"),
    path(f"{RETENTION}<slug:kind>/done/", retention.study_retention_done, name="study_retention_done"),
    path(LOGS, ethics_logs.study_logs, name="study_logs"),
    path(f"{LOGS}<slug:kind>/new/", ethics_logs.study_log_new, name="study_log_new"),
    path(f"{LOGS}<slug:entry_code>/correct/", ethics_logs.study_log_correct, name="study_log_correct"),
]
