"""For owners: the audit trail with the state of its chain, and who looked at what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotation.access import StudyAccess, found_choice, study_for
from annotation.forms.trail import TrailFilterForm
from annotation.models import Role, Study
from annotation.queries.audit_trail import (
    WHAT,
    chain_state,
    study_accesses,
    trail_csv,
    trail_events,
    trail_json,
    trail_kinds,
    trail_lines,
    trail_people,
)
from annotation.queries.long_lists import LongPaginator
from annotation.services.audit_check import check_chain
from annotation.views.pages import study_page

PER_PAGE = 50
FILES = {"csv": (trail_csv, "text/csv; charset=utf-8"), "json": (trail_json, "application/json")}


def _filters(request: HttpRequest, study: Study) -> TrailFilterForm:
    return TrailFilterForm(request.GET, kinds=trail_kinds(study), people=trail_people(study))


def _page(request: HttpRequest, access: StudyAccess, **more: Any) -> HttpResponse:
    form = _filters(request, access.study)
    shown = LongPaginator(trail_events(access.study, form.wanted()), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rest = request.GET.copy()
    rest.pop("page", None)
    return study_page(
        request,
        "trail/audit.html",
        access,
        filters=form,
        is_filtered=any(rest.values()),
        page_obj=shown,
        query=f"{rest.urlencode()}&" if rest else "",
        lines=list(trail_lines(access.study, shown)),
        chain=chain_state(access.study),
        **more,
    )


@login_required
@require_safe
def study_audit(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, study_for(request.user, code, Role.OWNER))


@login_required
@require_POST
def study_audit_check(request: HttpRequest, code: str) -> HttpResponse:
    """Walk the chain now; nothing is changed by it."""
    access = study_for(request.user, code, Role.OWNER)
    return _page(request, access, report=check_chain(access.study))


@login_required
@require_safe
def study_audit_file(request: HttpRequest, code: str, kind: str) -> StreamingHttpResponse:
    access = study_for(request.user, code, Role.OWNER)
    lines, content_type = found_choice(FILES, kind)
    response = StreamingHttpResponse(
        lines(access.study, _filters(request, access.study).wanted()), content_type=content_type
    )
    response["Content-Disposition"] = f'attachment; filename="audit-{code}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def study_accesses_page(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.OWNER)
    shown = LongPaginator(study_accesses(access.study), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (one, one.user.get_full_name() or one.user.get_username(), WHAT.get(one.what, one.what))
        for one in shown
    ]
    return study_page(
        request,
        "trail/accesses.html",
        access,
        page_obj=shown,
        rows=rows,
        title=_("Who looked at what"),
        n_days=settings.ACCESS_LOG_DAYS,
    )
