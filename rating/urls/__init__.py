from django.urls import include, path

urlpatterns = [
    path("", include("rating.urls.workbench")),
    path("", include("rating.urls.reports")),
    path("", include("rating.urls.exports")),
    path("", include("rating.urls.imports")),
]
