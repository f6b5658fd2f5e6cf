"""A page of the guided set-up, and the way on from it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from annotation.access import StudyAccess
from annotation.queries.set_up import next_place, set_up
from annotation.views.pages import study_page


def step_page(
    request: HttpRequest, template: str, access: StudyAccess, step: str, **context: object
) -> HttpResponse:
    context["setup"] = set_up(access.study, step)
    return study_page(request, template, access, **context)


def onward(access: StudyAccess, step: str) -> HttpResponse:
    """To the next step that lacks something."""
    return redirect("study_setup_step", access.study.code, next_place(access.study, step))
