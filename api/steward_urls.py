"""Addresses of what a study has promised and must answer for, and of how people come into it."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.desk_urls import STUDY
from api.views import alerts

STEWARD: list[URLPattern] = [
    path(f"{STUDY}my-alerts/", alerts.OwnAlerts.as_view(), name="api_own_alerts"),
]
