from __future__ import annotations

from django.urls import URLPattern, path

from annotation.urls.studies import STUDY
from annotation.views import care

urlpatterns: list[URLPattern] = [
    path(f"{STUDY}care/", care.study_care, name="study_care"),
    path(f"{STUDY}care/<slug:wish_code>/", care.study_care_wish, name="study_care_wish"),
    path(f"{STUDY}settings/care/", care.study_care_settings, name="study_care_settings"),
]
