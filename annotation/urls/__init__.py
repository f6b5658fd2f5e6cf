from django.urls import include, path

urlpatterns = [
    path("", include("annotation.urls.accounts")),
    path("", include("annotation.urls.studies")),
    path("", include("annotation.urls.people")),
    path("", include("annotation.urls.imports")),
]
