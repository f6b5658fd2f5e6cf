"""The rubric of a study: read it, load one, publish it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import rubric_version_for, study_for
from annotation.forms.refusals import carried_out
from annotation.forms.rubrics import RubricForm
from annotation.models import Role
from annotation.queries.rubrics import rubric_page, rubric_versions, shown_version
from annotation.services.rubrics import load_rubric, publish_rubric
from annotation.views.pages import STAFF, posted, study_page


@login_required
@require_safe
def study_rubric(request: HttpRequest, code: str, version_code: str = "") -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    versions = rubric_versions(access.study)
    version = (
        rubric_version_for(request.user, code, version_code, *STAFF)
        if version_code
        else shown_version(access.study, versions)
    )
    shown = rubric_page(version) if version else None
    return study_page(request, "study/rubric.html", access, shown=shown, versions=versions)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = RubricForm(posted(request), request.FILES or None)
    if request.method == "POST":
        actor = access.member.user
        version = carried_out(form, lambda: load_rubric(access.study, form.document(), actor=actor))
        if version:
            return redirect("study_rubric_version", code, version.code)
    return study_page(request, "study/rubric_new.html", access, form=form)


@login_required
@require_POST
def study_rubric_publish(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_version_for(request.user, code, version_code, Role.COORDINATOR)
    publish_rubric(version, actor=access.member.user)
    messages.success(request, f"Version {version.number} is published. Next: plan a stage with it.")
    return redirect(reverse("study_rubric_version", args=[code, version.code]))
