"""Files of a study that a worker makes: ask for one, see how far it is, have it, delete it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import study_for
from annotation.errors import Code, DomainError
from annotation.jobs import request_cancel
from annotation.models import Role
from annotation.queries.jobs import job_card
from annotation.views.pages import study_page
from rating.access import export_for
from rating.forms.exports import MakeExportForm, chosen_scope
from rating.models import Export
from rating.queries.stored_exports import is_kept
from rating.services.stored_exports import delete_export, now_scope_of, saved_as, start_export
from rating.views.exports import READERS, downloads_page


@login_required
@require_POST
def export_make(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *READERS)
    form = MakeExportForm(request.POST, may_unlock=access.can(Role.COORDINATOR), auto_id="make_%s")
    if not form.is_valid():
        return downloads_page(request, access, refused=form, status=400)
    try:
        export = start_export(
            chosen_scope(access.study, form),
            actor=access.member.user,
            form=form.cleaned_data["format"],
            options=form.format_options(),
            unlock_reason=form.cleaned_data.get("unlock_reason", ""),
        )
    except DomainError as error:
        # What was chosen stays chosen, and the reason stands beside the format it speaks of.
        form.add_error("format", error.message)
        return downloads_page(request, access, refused=form, status=error.status)
    return redirect("export_made", code, export.code)


def _card(export: Export) -> dict[str, Any]:
    args = [export.study.code, export.code]
    card = job_card(export.job) if export.job is not None else None
    return {
        "card": card,
        "page_url": reverse("export_made", args=args),
        "cancel_url": reverse("export_stop", args=args),
    }


@login_required
@require_safe
def export_made(request: HttpRequest, code: str, export: str) -> HttpResponse:
    """How far it is; once it is there, the list that has it."""
    access, found = export_for(request.user, code, export)
    is_asked_again = "HX-Request" in request.headers
    done = reverse("study_exports", args=[code]) + "#stored"
    if found.state != Export.State.MAKING or found.job is None:
        response = HttpResponse(status=204) if is_asked_again else redirect(done)
        if is_asked_again:
            response["HX-Redirect"] = done
        return response
    if is_asked_again:
        return render(request, "study/job_card.html", _card(found))
    return study_page(request, "exports/made.html", access, **_card(found))


@login_required
@require_safe
def export_stored_file(request: HttpRequest, code: str, export: str) -> FileResponse:
    _access, found = export_for(request.user, code, export)
    if not is_kept(found):
        raise DomainError(Code.NOT_FOUND, _("This file is not there any more. It can be made anew."))
    file = default_storage.open(found.file_name)
    response = FileResponse(
        file, as_attachment=True, filename=saved_as(found), content_type="application/zip"
    )
    # Not for any store on the way: what people wrote in confidence stays between server and reader.
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def export_stop(request: HttpRequest, code: str, export: str) -> HttpResponse:
    _access, found = export_for(request.user, code, export)
    if found.job is not None and not found.job.is_finished:
        request_cancel(found.job)
        messages.info(request, _("It stops as soon as it can."))
    return redirect("export_made", code, export)


@login_required
@require_POST
def export_again(request: HttpRequest, code: str, export: str) -> HttpResponse:
    """The same file of what is there now."""
    access, found = export_for(request.user, code, export)
    made = start_export(
        now_scope_of(found),
        actor=access.member.user,
        form=found.format,
        options=found.options["format"],
        unlock_reason=found.unlock_reason,
    )
    return redirect("export_made", code, made.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_delete(request: HttpRequest, code: str, export: str) -> HttpResponse:
    access, found = export_for(request.user, code, export)
    if request.method == "POST":
        delete_export(found, actor=access.member.user)
        messages.success(request, _("The file is deleted."))
        return redirect("study_exports", code)
    return study_page(request, "exports/delete.html", access, export=found)
