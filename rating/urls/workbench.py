from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import workbench, workbench_entry, workbench_item, workbench_leave

RATE = "studies/<slug:code>/rate/"
SLOT = f"{RATE}<slug:slot_code>/"

urlpatterns: list[URLPattern] = [
    path(RATE, workbench.rate_home, name="rate_home"),
    path(f"{RATE}consent/", workbench_entry.rate_consent, name="rate_consent"),
    path(f"{RATE}claim/", workbench_entry.rate_claim, name="rate_claim"),
    path(f"{RATE}history/", workbench.rate_history, name="rate_history"),
    path(f"{RATE}guidelines/", workbench.rate_guidelines, name="rate_guidelines"),
    path(f"{RATE}passed/<slug:item_code>/", workbench_entry.rate_return, name="rate_return"),
    path(SLOT, workbench_item.rate_item, name="rate_item"),
    path(f"{SLOT}submit/", workbench_item.rate_submit, name="rate_submit"),
    path(f"{SLOT}draft/", workbench_item.rate_draft, name="rate_draft"),
    path(f"{SLOT}skip/", workbench_leave.rate_pass, name="rate_pass"),
    path(f"{SLOT}problem/", workbench_leave.rate_problem, name="rate_problem"),
]
