"""Render a page of a study with what its frame needs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from annotation.access import StudyAccess
from annotation.models import Role

# Who may look at a study's set-up: an owner is both.
STAFF = (Role.COORDINATOR, Role.RESEARCHER)


def study_page(request: HttpRequest, template: str, access: StudyAccess, **context: object) -> HttpResponse:
    """A page of a study; 400 when it brings back a form with errors."""
    form = context.get("form")
    status = 400 if getattr(form, "errors", None) else 200
    context |= {"access": access, "study": access.study, "is_coordinator": access.can(Role.COORDINATOR)}
    return render(request, template, context, status=status)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; an empty POST is a form with everything missing, not an unseen one."""
    return request.POST if request.method == "POST" else None


def sees_hidden(access: StudyAccess) -> bool:
    """Whether a member may learn who wrote a reply: nobody who rates in the study."""
    return not access.can(Role.RATER)
