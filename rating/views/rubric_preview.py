"""A rubric as raters will see it, for those who set up the study."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from annotation.access import rubric_version_for, study_for
from annotation.models import Group, Role
from annotation.views.pages import STAFF
from rating.forms.rubric_preview import (
    PreviewForm,
    languages_of,
    preview_screen,
    questions_of,
    usual_replies,
)
from rating.queries.wordings import guideline_words


@login_required
@require_safe
def study_rubric_preview(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    version = rubric_version_for(request.user, code, version_code, *STAFF)
    groups = list(access.study.groups.all()) or [Group(key="", name="-")]
    questions = questions_of(version)
    languages = languages_of(version, questions)
    form = PreviewForm(request.GET)
    form.offer(groups, languages)
    if request.GET and not form.is_valid():
        return redirect("study_rubric_preview", code, version_code)
    wanted = form.cleaned_data if request.GET else {}
    group = next((one for one in groups if one.key == wanted.get("group")), groups[0])
    n_replies, language = wanted.get("replies") or usual_replies(questions), wanted.get("language") or ""
    screen = preview_screen(
        version, questions, group=group, groups=groups, n_replies=n_replies, language=language
    )
    shown = PreviewForm(
        initial={"group": group.key, "replies": n_replies, "language": language or version.language}
    )
    shown.offer(groups, languages)
    context = {"access": access, "study": access.study, "version": version, "form": shown, "screen": screen}
    context |= {"turns": screen.turns, "item": screen.presentation.slot.item, "group": group}
    context |= {"is_coordinator": access.can(Role.COORDINATOR)}
    context |= {"questions": guideline_words(version, group.key, language=language)}
    return render(request, "rate/preview.html", context)
