"""The start page: what Attune is, or my studies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotation.access import memberships
from annotation.queries.home import study_cards


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "home/welcome.html")
    cards = study_cards(memberships(request.user), now=timezone.now())
    context = {"cards": cards, "can_create": request.user.can_create_studies}
    return render(request, "home/studies.html", context)
