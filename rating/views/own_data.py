"""Everything that is stored of a rater, for that rater."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotation.access import rater_for, study_for
from annotation.models import Role
from annotation.services.data_requests import request_own_data


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_data(request: HttpRequest, code: str) -> HttpResponse:
    """The page says what the file holds; the button makes it, and is recorded."""
    access, rating = study_for(request.user, code, Role.RATER), rater_for(request.user, code)
    if request.method == "POST":
        body = request_own_data(rating.rater, actor=access.member.user, now=timezone.now())
        name = f"my-data-{rating.rater.pseudonym}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(body, content_type="application/json", headers=headers)
    return render(request, "rate/data.html", {"access": access, "study": access.study})
