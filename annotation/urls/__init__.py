from django.urls import include, path

urlpatterns = [
    path("", include("annotation.urls.accounts")),
    path("", include("annotation.urls.studies")),
    path("", include("annotation.urls.set_up")),
    path("", include("annotation.urls.people")),
    path("", include("annotation.urls.joining")),
    path("", include("annotation.urls.sites")),
    path("", include("annotation.urls.imports")),
    path("", include("annotation.urls.care")),
    path("", include("annotation.urls.ethics")),
    path("", include("annotation.urls.trail")),
]
