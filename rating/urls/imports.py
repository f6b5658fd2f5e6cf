from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import imports

IMPORT = "studies/<slug:code>/import/"

urlpatterns: list[URLPattern] = [
    path(IMPORT, imports.study_import, name="study_import"),
    path(f"{IMPORT}<slug:batch_code>/", imports.import_preview, name="import_preview"),
    path(f"{IMPORT}<slug:batch_code>/run/", imports.import_run, name="import_run"),
    path(f"{IMPORT}<slug:batch_code>/abandon/", imports.import_abandon, name="import_abandon"),
]
