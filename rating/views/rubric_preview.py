"""A rubric as raters will see it, for those who set up the study."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from annotation.access import rubric_version_for, study_for
from annotation.models import Role
from annotation.views.pages import STAFF
from rating.forms.rubric_preview import preview_of
from rating.queries.wordings import guideline_words


@login_required
@require_safe
def study_rubric_preview(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    version = rubric_version_for(request.user, code, version_code, *STAFF)
    shown = preview_of(version, request.GET)
    if shown is None:
        return redirect("study_rubric_preview", code, version_code)
    screen, group = shown.screen, shown.group
    context = {"access": access, "study": access.study, "version": version, "screen": screen}
    context |= {"form": shown.form(), "turns": screen.turns, "item": screen.presentation.slot.item}
    context |= {"group": group, "is_coordinator": access.can(Role.COORDINATOR)}
    # The page falls back to the rubric's own language where none was chosen.
    language = request.GET.get("language", "")
    context |= {"questions": guideline_words(version, group.key, language=language)}
    return render(request, "rate/preview.html", context)
