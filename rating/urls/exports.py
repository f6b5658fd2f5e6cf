from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import export_rules, exports, stored_exports

urlpatterns: list[URLPattern] = [
    path("studies/<slug:code>/exports/", exports.study_exports, name="study_exports"),
    path("studies/<slug:code>/exports/codebook/", exports.export_codebook, name="export_codebook"),
    path("studies/<slug:code>/exports/files/<str:name>", exports.export_download, name="export_download"),
    path("studies/<slug:code>/exports/rules/", export_rules.export_rules, name="export_rules"),
    path("studies/<slug:code>/exports/comments/", export_rules.export_comments, name="export_comments"),
    path(
        "studies/<slug:code>/exports/comments/<slug:held>/hold/",
        export_rules.export_comment_hold,
        name="export_comment_hold",
    ),
    path("studies/<slug:code>/exports/make/", stored_exports.export_make, name="export_make"),
    path("studies/<slug:code>/exports/made/<slug:export>/", stored_exports.export_made, name="export_made"),
    path(
        "studies/<slug:code>/exports/made/<slug:export>/file",
        stored_exports.export_stored_file,
        name="export_stored_file",
    ),
    path(
        "studies/<slug:code>/exports/made/<slug:export>/stop/",
        stored_exports.export_stop,
        name="export_stop",
    ),
    path(
        "studies/<slug:code>/exports/made/<slug:export>/again/",
        stored_exports.export_again,
        name="export_again",
    ),
    path(
        "studies/<slug:code>/exports/made/<slug:export>/delete/",
        stored_exports.export_delete,
        name="export_delete",
    ),
]
