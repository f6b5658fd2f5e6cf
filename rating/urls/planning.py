from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import planning

# Not under plan/: what follows there is the code of a stage.
PLANNING = "studies/<slug:code>/planning/"

urlpatterns: list[URLPattern] = [
    path(PLANNING, planning.plan_simulations, name="plan_simulations"),
    path(f"{PLANNING}<slug:simulation>/", planning.plan_simulation, name="plan_simulation"),
    path(
        f"{PLANNING}<slug:simulation>/results.json",
        planning.plan_simulation_results,
        name="plan_simulation_results",
    ),
]
