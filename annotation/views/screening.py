"""The screening: as coordinators set it up, as raters answer it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import rater_for, screening_question_for, study_for
from annotation.forms.refusals import carried_out
from annotation.forms.screening import ScreeningAnswersForm, ScreeningForm, ScreeningQuestionForm
from annotation.models import JoiningSettings, Role, User
from annotation.queries.consent import needs_consent
from annotation.queries.joining import joining_of
from annotation.queries.legal_gate import Gate, gate_of
from annotation.queries.screening import has_answers, screening_due, screening_questions
from annotation.services import screening
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_screening(request: HttpRequest, code: str) -> HttpResponse:
    """When it is asked, and its questions."""
    access = study_for(request.user, code, Role.COORDINATOR)
    settings = joining_of(access.study)
    form = ScreeningForm(posted(request), initial={"when": settings.screening})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: screening.set_screening(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_screening", code)
    return study_page(
        request,
        "people/screening.html",
        access,
        form=form,
        settings=settings,
        questions=screening_questions(access.study),
        is_fixed=has_answers(access.study),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_screening_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = ScreeningQuestionForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        made = carried_out(
            form, lambda: screening.add_screening_question(access.study, actor=actor, **form.cleaned_data)
        )
        if made:
            messages.success(request, _("The question is added."))
            return redirect("study_screening", code)
    return study_page(request, "people/screening_new.html", access, form=form)


@login_required
@require_POST
def study_screening_ready(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Add a ready-made question."""
    access = study_for(request.user, code, Role.COORDINATOR)
    screening.add_ready_made(access.study, name, actor=access.member.user)
    messages.success(request, _("The question is added."))
    return redirect("study_screening", code)


@login_required
@require_POST
def study_screening_remove(request: HttpRequest, code: str, key: str) -> HttpResponse:
    access, question = screening_question_for(request.user, code, key)
    screening.remove_screening_question(question, actor=access.member.user)
    messages.success(request, _("The question is taken out."))
    return redirect("study_screening", code)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rate_screening(request: HttpRequest, code: str) -> HttpResponse:
    """The study's questions to a rater. Who does not fit reads so here, signed out where nothing is left."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    when = screening_due(rater)
    if not when:
        return redirect("rate_home", code)
    is_after = when == JoiningSettings.Screening.AFTER
    if gate_of(rater) in {Gate.ASK, Gate.CLOSED} or (is_after and needs_consent(rater) is not None):
        return redirect("rate_consent", code)
    form = ScreeningAnswersForm(posted(request), questions=screening_questions(access.study))
    if request.method == "POST":
        actor = access.member.user
        answered = carried_out(form, lambda: (screening.answer_screening(rater, form.given(), actor=actor),))
        if answered:
            return redirect("rate_home", code) if answered[0] else _kindly(request, actor)
    context = {"access": access, "study": access.study, "form": form, "is_before": not is_after}
    return render(request, "people/screening_answer.html", context, status=400 if form.errors else 200)


def _kindly(request: HttpRequest, actor: User) -> HttpResponse:
    actor.refresh_from_db()
    if not actor.is_active:
        logout(request)
    return render(request, "people/screening_no.html", {"is_gone": not actor.is_active})
