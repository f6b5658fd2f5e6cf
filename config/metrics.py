"""`/metrics`: numbers for Prometheus, for whoever holds METRICS_TOKEN; without one there is no such page."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    token: str = settings.METRICS_TOKEN
    if not token:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        refused = HttpResponse("A token is needed.\n", status=401, content_type="text/plain")
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    # Not before somebody asks: where metrics are off, the library is never loaded.
    from config.request_metrics import CONTENT_TYPE, metrics_text

    return HttpResponse(metrics_text(), content_type=CONTENT_TYPE)
