from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import archives

urlpatterns: list[URLPattern] = [
    path("studies/<slug:code>/archives/", archives.study_archives, name="study_archives"),
    path(
        "studies/<slug:code>/archives/<slug:archive>/", archives.study_archive_made, name="study_archive_made"
    ),
    path(
        "studies/<slug:code>/archives/<slug:archive>/file",
        archives.study_archive_file,
        name="study_archive_file",
    ),
    path(
        "studies/<slug:code>/archives/<slug:archive>/stop/",
        archives.study_archive_stop,
        name="study_archive_stop",
    ),
    path(
        "studies/<slug:code>/archives/<slug:archive>/delete/",
        archives.study_archive_delete,
        name="study_archive_delete",
    ),
]
