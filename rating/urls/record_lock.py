from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import record_lock

LOCK = "studies/<slug:code>/ethics/lock/"

urlpatterns: list[URLPattern] = [
    path(LOCK, record_lock.study_lock, name="study_lock"),
    path(f"{LOCK}open/", record_lock.study_lock_open, name="study_lock_open"),
    path(f"{LOCK}sign/", record_lock.study_lock_sign, name="study_lock_sign"),
    path(f"{LOCK}lift/", record_lock.study_lock_lift, name="study_lock_lift"),
]
