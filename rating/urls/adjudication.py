from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import adjudication

ADJUDICATION = "studies/<slug:code>/adjudication/"

urlpatterns: list[URLPattern] = [
    path(ADJUDICATION, adjudication.study_adjudication, name="study_adjudication"),
    path(f"{ADJUDICATION}choose/", adjudication.study_adjudication_choose, name="study_adjudication_choose"),
    path(
        f"{ADJUDICATION}drop/",
        adjudication.study_adjudication_drop_several,
        name="study_adjudication_drop_several",
    ),
    path(f"{ADJUDICATION}next/", adjudication.study_adjudication_next, name="study_adjudication_next"),
    path(f"{ADJUDICATION}<slug:adjudication>/", adjudication.study_adjudicate, name="study_adjudicate"),
    path(
        f"{ADJUDICATION}<slug:adjudication>/drop/",
        adjudication.study_adjudication_drop,
        name="study_adjudication_drop",
    ),
]
