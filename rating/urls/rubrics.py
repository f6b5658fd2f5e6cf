from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import rubric_preview

urlpatterns: list[URLPattern] = [
    path(
        "studies/<slug:code>/rubric/<slug:version_code>/preview/",
        rubric_preview.study_rubric_preview,
        name="study_rubric_preview",
    ),
]
