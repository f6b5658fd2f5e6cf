from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import archives, restores

RESTORE = "studies/new/restore/"

urlpatterns: list[URLPattern] = [
    path(RESTORE, restores.study_restore, name="study_restore"),
    path(f"{RESTORE}<slug:job>/", restores.study_restoring, name="study_restoring"),
    path(f"{RESTORE}<slug:job>/stop/", restores.study_restore_stop, name="study_restore_stop"),
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
