from __future__ import annotations

from django.urls import URLPattern, path

from annotation.views import imports

urlpatterns: list[URLPattern] = [
    path("studies/<slug:code>/import/formats/", imports.import_formats, name="import_formats"),
    path("studies/<slug:code>/import/templates/<str:name>", imports.import_template, name="import_template"),
]
