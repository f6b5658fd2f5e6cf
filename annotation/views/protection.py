"""The data protection impact assessment of a study: read, printed, added to, signed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import study_for
from annotation.forms.protection import ProtectionNotesForm, ProtectionSignForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.protection import digest_of, protection_parts, protection_signatures
from annotation.services.protection import sign_protection, write_notes
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_protection(request: HttpRequest, code: str) -> HttpResponse:
    """The assessment as the study stands today; a POST signs what was read."""
    access = study_for(request.user, code, Role.COORDINATOR)
    parts, actor = protection_parts(access.study), access.member.user
    digest = digest_of(parts)
    form = ProtectionSignForm(posted(request), initial={"digest": digest})
    if request.method == "POST":
        deed = carried_out(form, lambda: sign_protection(access.study, actor=actor, **form.cleaned_data))
        if deed:
            messages.success(request, _("Signed."))
            return redirect("study_protection", code)
    context = {"parts": parts, "digest": digest, "signatures": protection_signatures(access.study)}
    return study_page(request, "ethics/protection.html", access, form=form, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_protection_notes(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    form = ProtectionNotesForm(posted(request), parts=protection_parts(access.study))
    if request.method == "POST" and form.is_valid():
        write_notes(access.study, actor=access.member.user, notes=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("study_protection", code)
    return study_page(request, "ethics/protection_notes.html", access, form=form)
