from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import protocol

PROTOCOL = "studies/<slug:code>/protocol/"

urlpatterns: list[URLPattern] = [
    path(PROTOCOL, protocol.study_protocol, name="study_protocol"),
    path(f"{PROTOCOL}card.<slug:kind>", protocol.protocol_file, name="protocol_file"),
]
