"""Archives of a whole study, for its owners: ask for one, see how far it is, have it, delete it."""

from __future__ import annotations

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
from annotation.forms.refusals import carried_out
from annotation.jobs import request_cancel
from annotation.models import Role, Study
from annotation.queries.jobs import job_card
from annotation.views.pages import posted, study_page
from rating.access import archive_for
from rating.forms.archives import ArchiveForm
from rating.models import StudyArchive
from rating.queries.study_archives import archive_rows, is_kept, origins_of
from rating.services.study_archives import archive_name, delete_archive, start_archive


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_archives(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.OWNER)
    form, actor = ArchiveForm(posted(request)), access.member.user
    if request.method == "POST":
        archive = carried_out(form, lambda: start_archive(access.study, actor=actor, **form.cleaned_data))
        if archive:
            return redirect("study_archive_made", code, archive.code)
    context = {
        "form": form,
        "rows": archive_rows(access.study),
        "origins": origins_of(access.study),
        "is_open": access.study.state == Study.State.OPEN,
    }
    return study_page(request, "archives/archives.html", access, **context)


@login_required
@require_safe
def study_archive_made(request: HttpRequest, code: str, archive: str) -> HttpResponse:
    """How far it is; once it is there, the list that has it."""
    access, found = archive_for(request.user, code, archive)
    is_asked_again = "HX-Request" in request.headers
    if found.state != StudyArchive.State.MAKING or found.job is None:
        done = reverse("study_archives", args=[code])
        response = HttpResponse(status=204) if is_asked_again else redirect(done)
        if is_asked_again:
            response["HX-Redirect"] = done
        return response
    context = {
        "card": job_card(found.job),
        "page_url": reverse("study_archive_made", args=[code, archive]),
        "cancel_url": reverse("study_archive_stop", args=[code, archive]),
    }
    if is_asked_again:
        return render(request, "study/job_card.html", context)
    return study_page(request, "archives/made.html", access, **context)


@login_required
@require_safe
def study_archive_file(request: HttpRequest, code: str, archive: str) -> FileResponse:
    _access, found = archive_for(request.user, code, archive)
    if not is_kept(found):
        raise DomainError(Code.NOT_FOUND, _("This file is not there any more. It can be made anew."))
    file = default_storage.open(found.file_name)
    name = archive_name(found)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def study_archive_stop(request: HttpRequest, code: str, archive: str) -> HttpResponse:
    _access, found = archive_for(request.user, code, archive)
    if found.job is not None and not found.job.is_finished:
        request_cancel(found.job)
        messages.info(request, _("It stops as soon as it can."))
    return redirect("study_archive_made", code, archive)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_archive_delete(request: HttpRequest, code: str, archive: str) -> HttpResponse:
    access, found = archive_for(request.user, code, archive)
    if request.method == "POST":
        delete_archive(found, actor=access.member.user)
        messages.success(request, _("The file is deleted."))
        return redirect("study_archives", code)
    return study_page(request, "archives/delete.html", access, archive=found)
