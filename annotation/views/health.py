"""For whoever watches the server: whether it lives, and whether it can work. Says nothing else."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.queries.readiness import OK, readiness

log = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database: who is not, should be started anew."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the health check does not reach the database")
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it should be sent requests: database, migrations, broker, cache and storage, each by name."""
    del request
    said = readiness()
    is_ready = set(said.values()) == {OK}
    lines = "".join(f"{name}: {words}\n" for name, words in said.items())
    return HttpResponse(lines, status=200 if is_ready else 503, content_type="text/plain")
