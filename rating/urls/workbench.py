from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import (
    care,
    care_choices,
    leaving,
    legal_gate,
    own_data,
    workbench,
    workbench_entry,
    workbench_item,
    workbench_leave,
)

RATE = "studies/<slug:code>/rate/"
SLOT = f"{RATE}<slug:slot_code>/"

# Asked for with every rating: found first, and by nothing else that ends so.
submitting: list[URLPattern] = [
    path(f"{SLOT}submit/", workbench_item.rate_submit, name="rate_submit"),
    path(f"{SLOT}draft/", workbench_item.rate_draft, name="rate_draft"),
]

urlpatterns: list[URLPattern] = [
    path(RATE, workbench.rate_home, name="rate_home"),
    path(f"{RATE}consent/", leaving.rate_consent, name="rate_consent"),
    path(f"{RATE}consent/yours/", leaving.rate_consent_own, name="rate_consent_own"),
    path(f"{RATE}consent/yours/receipt.<slug:kind>", leaving.rate_consent_file, name="rate_consent_file"),
    path(f"{RATE}before/", legal_gate.rate_screen, name="rate_screen"),
    path(
        f"{RATE}consent/yours/<int:number>/copy.<slug:kind>",
        legal_gate.rate_consent_copy,
        name="rate_consent_copy",
    ),
    path(f"{RATE}data/", own_data.rate_data, name="rate_data"),
    path(f"{RATE}leave/", leaving.rate_leave, name="rate_leave"),
    path(f"{RATE}leave/now/", leaving.rate_leave_now, name="rate_leave_now"),
    path(f"{RATE}claim/", workbench_entry.rate_claim, name="rate_claim"),
    path(f"{RATE}history/", workbench.rate_history, name="rate_history"),
    path(f"{RATE}guidelines/", workbench.rate_guidelines, name="rate_guidelines"),
    path(f"{RATE}session/", workbench_item.rate_session, name="rate_session"),
    path(f"{RATE}passed/<slug:item_code>/", workbench_entry.rate_return, name="rate_return"),
    path(f"{RATE}pause/", care.rate_pause, name="rate_pause"),
    path(f"{RATE}check-in/", care.rate_checkin, name="rate_checkin"),
    path(f"{RATE}break/", care.rate_break, name="rate_break"),
    path(f"{RATE}contact/", care.rate_contact, name="rate_contact"),
    path(f"{RATE}topics/", care_choices.rate_topics, name="rate_topics"),
    path(f"{RATE}wellbeing/", care_choices.rate_wellbeing, name="rate_wellbeing"),
    path(f"{RATE}debrief/", care_choices.rate_debrief, name="rate_debrief"),
    path(SLOT, workbench_item.rate_item, name="rate_item"),
    path(f"{SLOT}skip/", workbench_leave.rate_pass, name="rate_pass"),
    path(f"{SLOT}pause/", care.rate_pause_item, name="rate_pause_item"),
    path(f"{SLOT}problem/", workbench_leave.rate_problem, name="rate_problem"),
]
