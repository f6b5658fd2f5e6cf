"""Words of a draft's question in another language, or for one group."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import rubric_draft_for, study_for
from annotation.design.rubric_document import (
    Document,
    question_of,
    with_wording,
    without_wording,
    wording_of,
)
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.forms.rubric_editor import WhoseForm, WordingForm
from annotation.models import Role, RubricVersion, User
from annotation.queries.rubric_drafts import study_groups
from annotation.services.rubric_drafts import edit_draft
from annotation.views.pages import posted, study_page
from annotation.views.rubric_drafts import back_to


@dataclass(frozen=True)
class Whose:
    """Which words of which question are written."""

    version: RubricVersion
    key: str
    form: forms.Form
    language: str
    group: str

    @property
    def is_said(self) -> bool:
        return bool(self.language)


def _whose(request: HttpRequest, version: RubricVersion, key: str) -> Whose:
    given = request.POST if request.method == "POST" else request.GET
    is_asked = request.method == "POST" or "language" in given
    form = WhoseForm(given if is_asked else None, groups=study_groups(version))
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return Whose(version, key, form, data.get("language", ""), data.get("group", ""))


def _kept(request: HttpRequest, whose: Whose, form: WordingForm, actor: User) -> RubricVersion | None:
    """The draft with these words, or without them where they are to go; None where the form is refused."""

    def edit(document: Document) -> Document:
        if request.POST.get("do") == "remove":
            return without_wording(document, whose.key, whose.language, whose.group)
        return with_wording(document, whose.key, form.wording(whose.language, whose.group))

    return carried_out(
        form, lambda: edit_draft(whose.version, edit, actor=actor, deed="words", about=whose.key)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rubric_words(request: HttpRequest, code: str, version_code: str, key: str) -> HttpResponse:
    """First for whom, then the words: both in one address, so that it can be opened again."""
    access = study_for(request.user, code, Role.COORDINATOR)
    version = rubric_draft_for(request.user, code, version_code)
    body = question_of(version.document, key)
    if body is None:
        raise DomainError(Code.NOT_FOUND, _("This draft has no such question."))
    whose = _whose(request, version, key)
    there = wording_of(body, whose.language, whose.group)
    form = WordingForm(posted(request), body=body, document=version.document, wording=there)
    if request.method == "POST" and whose.is_said and _kept(request, whose, form, access.member.user):
        messages.success(request, _("The words of “%(key)s” are kept.") % {"key": key})
        return back_to(version, code, f"question-{key}")
    context = {"form": whose.form if whose.form.errors else form, "words": form, "whose": whose}
    context |= {"version": version, "question": body, "is_there": bool(there)}
    return study_page(request, "study/rubric_words.html", access, **context)
