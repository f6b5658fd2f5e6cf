"""Adverse events, deviations and unblindings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import log_entry_for, sites_for
from annotation.errors import Code, DomainError
from annotation.forms.ethics_logs import LogForm
from annotation.forms.refusals import carried_out
from annotation.models import LogEntry, Role, Study, User
from annotation.queries.ethics_logs import log_of
from annotation.services.ethics_logs import Happened, write_log
from annotation.views.pages import posted, study_page

PER_PAGE = 25
KINDS = LogEntry.Kind


@login_required
@require_safe
def study_logs(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS.values else ""
    entries = access.written(log_of(access.study, kind), "written_by")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    query = f"kind={kind}&" if kind else ""
    return study_page(
        request, "ethics/logs.html", access, page_obj=page, kind=kind, kinds=KINDS.choices, query=query
    )


def _written(form: LogForm, study: Study, actor: User, **fixed: Any) -> LogEntry | None:
    now = timezone.now()
    return carried_out(
        form, lambda: write_log(study, Happened(**form.cleaned_data), actor=actor, now=now, **fixed)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_log_new(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    if kind not in KINDS.values:
        raise DomainError(Code.NOT_FOUND, _("There is no page at this address."))
    form = LogForm(posted(request), kind=kind, initial={"happened_on": timezone.localdate()})
    if request.method == "POST" and _written(form, access.study, access.member.user, kind=kind):
        messages.success(request, _("The entry is in the log."))
        return redirect("study_logs", code)
    context = {"form": form, "kind": KINDS(kind).label, "corrects": None}
    return study_page(request, "ethics/log_new.html", access, **context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_log_correct(request: HttpRequest, code: str, entry_code: str) -> HttpResponse:
    """The entry stays as it is; a new one says what is right."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    entry = log_entry_for(request.user, code, entry_code)
    before: dict[str, Any] = {"happened_on": entry.happened_on, "text": entry.text, "reason": entry.reason}
    before["pseudonym"] = entry.rater.pseudonym if entry.rater else ""
    before["item"] = entry.item.external_id if entry.item else ""
    form = LogForm(posted(request), kind=entry.kind, initial=before)
    fixed = {"kind": entry.kind, "corrects": entry}
    if request.method == "POST" and _written(form, access.study, access.member.user, **fixed):
        messages.success(request, _("The correction is in the log."))
        return redirect("study_logs", code)
    context = {"form": form, "kind": entry.get_kind_display(), "corrects": entry}
    return study_page(request, "ethics/log_new.html", access, **context)
