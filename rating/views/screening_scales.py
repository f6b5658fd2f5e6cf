"""How well the scales of the screening measure."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from annotation.access import study_for
from annotation.views.pages import STAFF, study_page
from rating.queries.screening_scales import MIN_ANSWERS, scale_rows


@login_required
@require_safe
def study_screening_scales(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    rows = scale_rows(access.study)
    return study_page(request, "people/screening_scales.html", access, rows=rows, n_needed=MIN_ANSWERS)
