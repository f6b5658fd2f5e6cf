"""Public calls, screening, messages: how people come in, and how the team speaks to them."""

from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.people import PEOPLE
from annotation.views import messages, public_calls, registrations, screening

SCREENING = f"{PEOPLE}screening/"
APPLICATION = f"{PEOPLE}applications/<slug:application_code>/"

urlpatterns: list[URLPattern] = [
    path("apply/<slug:address>/", public_calls.apply, name="apply"),
    path("applications/<str:token>/", public_calls.application, name="application"),
    path(f"{PEOPLE}calls/", registrations.study_calls, name="study_calls"),
    path(f"{PEOPLE}calls/new/", registrations.study_call_new, name="study_call_new"),
    path(f"{PEOPLE}calls/<slug:call_code>/close/", registrations.study_call_close, name="study_call_close"),
    path(
        f"{APPLICATION}approve/",
        registrations.study_call_decide,
        {"decision": "approve"},
        name="study_application_approve",
    ),
    path(
        f"{APPLICATION}decline/",
        registrations.study_call_decide,
        {"decision": "decline"},
        name="study_application_decline",
    ),
    path(SCREENING, screening.study_screening, name="study_screening"),
    path(f"{SCREENING}new/", screening.study_screening_new, name="study_screening_new"),
    path(f"{SCREENING}ready/<slug:name>/", screening.study_screening_ready, name="study_screening_ready"),
    path(f"{SCREENING}<slug:key>/remove/", screening.study_screening_remove, name="study_screening_remove"),
    path(f"{PEOPLE}messages/", messages.study_messages, name="study_messages"),
    path("studies/<slug:code>/rate/messages/", messages.rate_messages, name="rate_messages"),
    path("studies/<slug:code>/rate/messages/mute/", messages.rate_messages_mute, name="rate_messages_mute"),
    path(
        "studies/<slug:code>/rate/messages/<slug:message_code>/away/",
        messages.rate_message_away,
        name="rate_message_away",
    ),
    # Not a slot's code: this stands before the workbench's addresses.
    path("studies/<slug:code>/rate/questions/", screening.rate_screening, name="rate_screening"),
]
