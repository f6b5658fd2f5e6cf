"""The rubric of a study: read it, load one, publish it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import rubric_version_for, study_for
from annotation.design.rubric_document import written
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.forms.rubrics import CORRECTS, NEW, PublishForm, RubricForm
from annotation.models import Role, RubricVersion, Study, User
from annotation.queries.rubric_changes import PublishPage, comparable_versions, publish_page, version_changes
from annotation.queries.rubrics import published_before, rubric_page, rubric_versions, shown_version
from annotation.services.rubric_drafts import start_rubric
from annotation.services.rubrics import discard_rubric, load_rubric, publish_rubric
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
    is_first = shown is not None and published_before(shown.version) is None
    context = {"shown": shown, "versions": versions, "publish_form": PublishForm() if is_first else None}
    return study_page(request, "study/rubric.html", access, **context)


def taken_rubric(study: Study, form: RubricForm, actor: User) -> RubricVersion:
    """The draft that the form asks for."""
    if not form.is_from_scratch:
        return load_rubric(study, form.document(), actor=actor)
    name, language = form.cleaned_data["name"], form.cleaned_data["language"]
    return start_rubric(study, actor=actor, name=name, language=language or "en")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_new(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = RubricForm(posted(request), request.FILES or None)
    if request.method == "POST":
        actor = access.member.user
        version = carried_out(form, lambda: taken_rubric(access.study, form, actor))
        if version:
            page = "study_rubric_edit" if form.is_from_scratch else "study_rubric_version"
            return redirect(page, code, version.code)
    return study_page(request, "study/rubric_new.html", access, form=form)


def _publish_form(request: HttpRequest, page: PublishPage) -> PublishForm:
    form = PublishForm(posted(request), initial={"meaning": CORRECTS if page.may_correct else NEW})
    form.initial["hands_out"] = page.may_correct
    form.offer(
        may_correct=page.may_correct,
        has_earlier=page.earlier is not None,
        n_free=page.n_free,
        sign_off=page.version.sign_off,
    )
    return form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_publish(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """What changes, what that means, who gets it: then it is published and never changes again."""
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_version_for(request.user, code, version_code, Role.COORDINATOR)
    if version.state == RubricVersion.State.PUBLISHED:
        return redirect("study_rubric_version", code, version.code)
    page = publish_page(version)
    form = _publish_form(request, page)
    if request.method == "POST":
        actor = access.member.user
        published = carried_out(form, lambda: publish_rubric(version, actor=actor, **form.told()))
        if published:
            words = _("Version %(n)s is published. Next: plan a stage with it.")
            messages.success(request, words % {"n": version.number})
            return redirect("study_rubric_version", code, version.code)
    return study_page(request, "study/rubric_publish.html", access, page=page, form=form)


@login_required
@require_safe
def study_rubric_changes(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """What differs between two versions, any two."""
    access = study_for(request.user, code, *STAFF)
    version = rubric_version_for(request.user, code, version_code, *STAFF)
    others = comparable_versions(version)
    earlier = next((one for one in others if one.code == request.GET.get("since")), None)
    if earlier is None:
        earlier = next(iter(others), None)
    changes = version_changes(earlier, version) if earlier and version.document else None
    context = {"version": version, "others": others, "earlier": earlier, "changes": changes}
    return study_page(request, "study/rubric_changes.html", access, **context)


@login_required
@require_POST
def study_rubric_discard(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_version_for(request.user, code, version_code, Role.COORDINATOR)
    discard_rubric(version, actor=access.member.user)
    messages.success(request, _("The draft is gone."))
    return redirect("study_rubric", code)


@login_required
@require_safe
def study_rubric_document(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """The document a version was made from: to change and to load again."""
    version = rubric_version_for(request.user, code, version_code, *STAFF)
    if not version.document:
        raise DomainError(Code.NOT_FOUND, _("This version was loaded before documents were kept."))
    response = JsonResponse(written(version.document), json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"{version.rubric.key}-{version.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
