from django.urls import include, path

from annotation.views.health import healthz, readyz
from config.metrics import metrics
from rating.urls.workbench import submitting

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include(submitting)),
    path("", include("annotation.urls")),
    path("", include("rating.urls")),
    path("api/", include("api.urls")),
]

handler400 = "annotation.views.errors.bad_request"
handler403 = "annotation.views.errors.forbidden"
handler404 = "annotation.views.errors.not_found"
handler500 = "annotation.views.errors.server_error"
