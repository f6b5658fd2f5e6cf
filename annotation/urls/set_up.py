from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.studies import STUDY
from annotation.views import set_up

urlpatterns: list[URLPattern] = [
    path("studies/new/copy/", set_up.study_copy, name="study_copy"),
    path(f"{STUDY}setup/", set_up.study_setup, name="study_setup"),
    path(f"{STUDY}setup/<slug:step>/", set_up.study_setup_step, name="study_setup_step"),
]
