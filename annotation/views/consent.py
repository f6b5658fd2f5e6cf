"""The study's consent text, the data freeze and whom to write to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import consent_version_of, study_for
from annotation.forms.consent import PUBLISH, ConsentEditor, DataTermsForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.consent import announced, uses_hidden_checks
from annotation.queries.leaving import is_frozen
from annotation.services import studies
from annotation.services.leaving import set_data_terms
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_consent_new(request: HttpRequest, code: str) -> HttpResponse:
    """Write, look at it as raters will, publish. Every button brings back all that was typed."""
    access = study_for(request.user, code, Role.COORDINATOR)
    study, actor = access.study, access.member.user
    editor = ConsentEditor(posted(request), consent_version_of(study))
    form, ticks = editor.form, editor.ticks
    if editor.step == PUBLISH:
        deed = carried_out(
            form, lambda: studies.publish_consent(study, actor=actor, ticks=ticks, **form.cleaned_data)
        )
        if deed:
            words = _("Version %(number)s of the consent text holds from now on.") % {"number": deed.number}
            messages.success(request, words)
            return redirect("study_settings", code)
    context = {"form": form, "editor": editor, "newest": editor.newest, "preview": editor.preview()}
    context["lacks_checks"] = uses_hidden_checks(study) and not announced(study)
    return study_page(request, "study/consent_new.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_data_terms(request: HttpRequest, code: str) -> HttpResponse:
    """Until when raters can have erased what they gave, and whom they write to."""
    access = study_for(request.user, code, Role.COORDINATOR)
    study, actor, now = access.study, access.member.user, timezone.now()
    before: dict[str, Any] = {"contact": study.contact, "data_freeze_at": study.data_freeze_at}
    form = DataTermsForm(posted(request), initial=before)
    if is_frozen(study, now):
        # A freeze that has come stays: what the page sends for it is not read.
        del form.fields["data_freeze_at"]
    if request.method == "POST":
        deed = carried_out(
            form, lambda: set_data_terms(study, actor=actor, now=now, **(before | form.cleaned_data))
        )
        if deed:
            messages.success(request, _("Saved."))
            return redirect("study_settings", code)
    return study_page(request, "study/data_terms.html", access, form=form, is_frozen=is_frozen(study, now))
