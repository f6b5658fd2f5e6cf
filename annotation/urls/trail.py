from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.studies import STUDY
from annotation.views import trail, webhooks

HOOKS = f"{STUDY}settings/webhooks/"

urlpatterns: list[URLPattern] = [
    path(f"{STUDY}settings/audit/", trail.study_audit, name="study_audit"),
    path(f"{STUDY}settings/audit/check/", trail.study_audit_check, name="study_audit_check"),
    path(f"{STUDY}settings/audit/audit.<slug:kind>", trail.study_audit_file, name="study_audit_file"),
    path(f"{STUDY}settings/accesses/", trail.study_accesses_page, name="study_accesses"),
    path(HOOKS, webhooks.study_webhook_list, name="study_webhooks"),
    path(f"{HOOKS}<slug:hook>/", webhooks.study_webhook, name="study_webhook"),
    path(f"{HOOKS}<slug:hook>/<slug:change>/", webhooks.study_webhook_change, name="study_webhook_change"),
    path(
        f"{HOOKS}<slug:hook>/again/<slug:delivery>/", webhooks.study_webhook_again, name="study_webhook_again"
    ),
]
