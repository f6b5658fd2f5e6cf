from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import exports

urlpatterns: list[URLPattern] = [
    path("studies/<slug:code>/exports/", exports.study_exports, name="study_exports"),
    path("studies/<slug:code>/exports/codebook/", exports.export_codebook, name="export_codebook"),
    path("studies/<slug:code>/exports/files/<str:name>", exports.export_download, name="export_download"),
]
