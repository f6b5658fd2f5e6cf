from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import import_steps, imports

IMPORT = "studies/<slug:code>/import/"

urlpatterns: list[URLPattern] = [
    path(IMPORT, imports.study_import, name="study_import"),
    path(f"{IMPORT}<slug:batch_code>/", imports.import_preview, name="import_preview"),
    path(f"{IMPORT}<slug:batch_code>/columns/", import_steps.import_columns, name="import_columns"),
    path(f"{IMPORT}<slug:batch_code>/mapping.json", import_steps.import_mapping, name="import_mapping"),
    path(
        f"{IMPORT}<slug:batch_code>/identifiers/", import_steps.import_identifiers, name="import_identifiers"
    ),
    path(f"{IMPORT}<slug:batch_code>/run/", imports.import_run, name="import_run"),
    path(f"{IMPORT}<slug:batch_code>/abandon/", imports.import_abandon, name="import_abandon"),
]
