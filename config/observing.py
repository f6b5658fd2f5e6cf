"""Every request in one line of the log and in the metrics: by the name of its route, never by its address.

Addresses hold codes of studies and people, queries hold what somebody searched for: neither is noted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from config.logs import CONTEXT

log = logging.getLogger("attune.request")
# What a proxy in front may call a request; anything else is replaced.
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
Respond = Callable[[HttpRequest], HttpResponse]


def request_id_of(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if REQUEST_ID.fullmatch(given) else uuid4().hex


def route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else "unmatched"


class ObserveRequests:
    """Left out altogether where neither JSON lines nor metrics are wanted."""

    def __init__(self, get_response: Respond) -> None:
        if settings.LOG_FORMAT != "json" and not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        request_id = request_id_of(request)
        token = CONTEXT.set({"request_id": request_id})
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._note(request, response.status_code, perf_counter() - began)
            return response
        finally:
            CONTEXT.reset(token)

    def _note(self, request: HttpRequest, status: int, seconds: float) -> None:
        route, method = route_of(request), request.method or ""
        if settings.METRICS_TOKEN:
            from config.request_metrics import count_request

            count_request(route=route, method=method, status=status, seconds=seconds)
        fields = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={"fields": fields})
