"""Building a rubric draft question by question; every page is a form that needs no script."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import rubric_draft_for, rubric_version_for, study_for
from annotation.design.rubric_document import (
    Edit,
    duplicated,
    moved,
    users_of,
    with_about,
    without_question,
)
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.forms.rubric_editor import QuestionEditor
from annotation.forms.rubric_questions import KIND_HELP
from annotation.forms.rubric_scales import POINTS, RANGE, ScaleEditor, shape_of
from annotation.forms.rubrics import AboutForm, about_of
from annotation.models import Question, Role, RubricVersion
from annotation.queries.rubric_drafts import draft_page, step_words, study_groups
from annotation.services.rubric_drafts import begin_draft, edit_draft, undo_draft
from annotation.services.rubric_edits import kept_scale
from annotation.services.rubric_rows import document_digest
from annotation.views.pages import posted, study_page

# What a button of the list does: the deed as the log names it, and its edit.
DEEDS: dict[str, tuple[str, Callable[[str], Edit]]] = {
    "up": ("moved", lambda key: partial(moved, key=key, step=-1)),
    "down": ("moved", lambda key: partial(moved, key=key, step=1)),
    "copy": ("duplicated", lambda key: partial(duplicated, key=key)),
    "remove": ("removed", lambda key: partial(without_question, key=key)),
    "remove_scale": ("scale", kept_scale),
}


def back_to(version: RubricVersion, code: str, anchor: str = "") -> HttpResponse:
    """The list, at the place that was changed."""
    address = reverse("study_rubric_edit", args=[code, version.code])
    return redirect(f"{address}#{anchor}" if anchor else address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_edit(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """The draft as a list; its buttons move, copy and remove, and take the last change back."""
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_draft_for(request.user, code, version_code)
    if request.method != "POST":
        kinds = [(kind, kind.label, KIND_HELP[kind]) for kind in Question.Kind]
        return study_page(request, "study/rubric_build.html", access, page=draft_page(version), kinds=kinds)
    name, _sign, key = request.POST.get("do", "").partition(":")
    actor = access.member.user
    try:
        if name == "undo":
            words = step_words(undo_draft(version, actor=actor))
            messages.success(request, _("Taken back: %(what)s.") % {"what": words})
            return back_to(version, code)
        if name in DEEDS:
            deed, edit_of = DEEDS[name]
            edit_draft(version, edit_of(key), actor=actor, deed=deed, about=key)
    except DomainError as error:
        messages.error(request, error.message)
    return back_to(version, code, f"question-{key}" if name in {"up", "down", "copy"} else "")


@login_required
@require_POST
def study_rubric_begin(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """A new version to change, with the same contents."""
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_version_for(request.user, code, version_code, Role.COORDINATOR)
    return back_to(begin_draft(version, actor=access.member.user), code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_question_new(request: HttpRequest, code: str, version_code: str, kind: str) -> HttpResponse:
    if kind not in Question.Kind.values:
        raise DomainError(Code.NOT_FOUND, _("There is no such kind of question."))
    version = rubric_draft_for(request.user, code, version_code)
    editor = QuestionEditor(posted(request), version.document, groups=study_groups(version), kind=kind)
    return _question(request, code, version, editor)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_question(request: HttpRequest, code: str, version_code: str, key: str) -> HttpResponse:
    version = rubric_draft_for(request.user, code, version_code)
    editor = QuestionEditor(posted(request), version.document, groups=study_groups(version), key=key)
    if editor.before is None:
        raise DomainError(Code.NOT_FOUND, _("This draft has no such question."))
    return _question(request, code, version, editor)


def _question(
    request: HttpRequest, code: str, version: RubricVersion, editor: QuestionEditor
) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    if editor.do in {"save", "preview"} and editor.is_valid():
        deed = partial(edit_draft, version, editor.edit(), actor=access.member.user)
        is_new, key = not editor.key, editor.new_key
        if carried_out(editor.form, lambda: deed(deed="added" if is_new else "changed", about=key)):
            if editor.do == "preview":
                return redirect("study_rubric_preview", code, version.code)
            messages.success(request, _("Question “%(key)s” is kept.") % {"key": key})
            return back_to(version, code, f"question-{key}")
    kind = Question.Kind(editor.kind)
    context = {"editor": editor, "form": editor.form, "version": version}
    context |= {"kind": kind.label, "kind_help": KIND_HELP[kind]}
    return study_page(request, "study/rubric_question.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_scale_new(request: HttpRequest, code: str, version_code: str, shape: str) -> HttpResponse:
    if shape not in {POINTS, RANGE}:
        raise DomainError(Code.NOT_FOUND, _("There is no such kind of scale."))
    version = rubric_draft_for(request.user, code, version_code)
    return _scale(request, code, version, ScaleEditor(posted(request), None, shape=shape))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_scale(request: HttpRequest, code: str, version_code: str, key: str) -> HttpResponse:
    version = rubric_draft_for(request.user, code, version_code)
    body = version.document.get("scales", {}).get(key)
    if body is None:
        raise DomainError(Code.NOT_FOUND, _("This draft has no such scale."))
    return _scale(request, code, version, ScaleEditor(posted(request), body, shape=shape_of(body), key=key))


def _scale(request: HttpRequest, code: str, version: RubricVersion, editor: ScaleEditor) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    was = request.POST.get("was", "") or document_digest(editor.before or {})
    if editor.do == "save" and editor.is_valid():
        key, edit, actor = editor.key or editor.form.cleaned_data["key"], editor.edit(was), access.member.user
        if carried_out(editor.form, lambda: edit_draft(version, edit, actor=actor, deed="scale", about=key)):
            messages.success(request, _("Scale “%(key)s” is kept.") % {"key": key})
            return back_to(version, code, "scales")
    users = users_of(version.document, editor.key) if editor.key else []
    context = {"editor": editor, "form": editor.form, "version": version, "users": users, "was": was}
    return study_page(request, "study/rubric_scale.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_about(request: HttpRequest, code: str, version_code: str) -> HttpResponse:
    """Name, origin, guidelines and rules of the whole rubric."""
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_draft_for(request.user, code, version_code)
    form = AboutForm(posted(request), initial=about_of(version.document))
    if request.method == "POST":
        actor = access.member.user
        kept = carried_out(
            form,
            lambda: edit_draft(
                version, lambda document: with_about(document, form.values()), actor=actor, deed="about"
            ),
        )
        if kept:
            messages.success(request, _("What the rubric says of itself is kept."))
            return back_to(version, code)
    return study_page(request, "study/rubric_about.html", access, form=form, version=version)
