"""Before the consent text: two questions. And the whole consent as a file, for the rater."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import own_consent_for, rater_for, study_for
from annotation.forms.legal_gate import ScreenForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.enrolment import ethics_of
from annotation.queries.legal_gate import Gate, asks_anything, gate_of
from annotation.services.legal_gate import answer_screen
from annotation.views.consents import copy_response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_screen(request: HttpRequest, code: str) -> HttpResponse:
    """Age, and deciding for oneself: only what the study asks, and only until it is answered."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    settings, gate = ethics_of(access.study), gate_of(rater)
    if not asks_anything(settings) or gate == Gate.OPEN:
        return redirect("rate_home", code)
    form = ScreenForm(request.POST if request.method == "POST" else None, settings=settings)
    if request.method == "POST":
        actor, now = access.member.user, timezone.now()
        if carried_out(form, lambda: answer_screen(rater, actor=actor, now=now, **form.answers())):
            return redirect("rate_home", code)
    context = {"access": access, "study": access.study, "form": form, "settings": settings, "gate": gate}
    return render(request, "rate/screen.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def rate_consent_copy(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    """One version that this rater agreed to, whole: text, ticks, and what can be taken back."""
    return copy_response(own_consent_for(request.user, code, number), kind)
