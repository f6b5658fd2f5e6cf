from django.urls import include, path

urlpatterns = [
    # Before the workbench, whose addresses end in any slot's code.
    path("", include("rating.urls.watching")),
    path("", include("rating.urls.adjudication")),
    path("", include("rating.urls.training")),
    path("", include("rating.urls.people")),
    path("", include("rating.urls.workbench")),
    path("", include("rating.urls.rubrics")),
    path("", include("rating.urls.reports")),
    path("", include("rating.urls.exports")),
    path("", include("rating.urls.archives")),
    path("", include("rating.urls.protocol")),
    path("", include("rating.urls.imports")),
    path("", include("rating.urls.planning")),
    path("", include("rating.urls.record_lock")),
]
