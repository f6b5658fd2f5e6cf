"""The restricted log of incidents. Reading one is a deed of its own, and is recorded."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, incident_for, sites_for
from annotation.errors import Code, DomainError
from annotation.forms.ethics_logs import IncidentEntryForm, IncidentForm
from annotation.forms.refusals import carried_out
from annotation.models import Incident, Role
from annotation.queries.incidents import incident_record, incidents_of, is_being_read
from annotation.services.incidents import CLOSED_KINDS, OPEN_KINDS, open_incident, read_incident, write_entry
from annotation.views.pages import STAFF, posted, study_page

PER_PAGE = 25


@login_required
@require_safe
def study_incidents(request: HttpRequest, code: str) -> HttpResponse:
    """Numbers, days and states; nothing of what was written."""
    access = sites_for(request.user, code, Role.SAFEGUARDING)
    seen = access.written(incidents_of(access.study), "opened_by")
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("page"))
    return study_page(request, "ethics/incidents.html", access, page_obj=page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_incident_new(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever runs the study writes down what they came across; only few read it afterwards."""
    access = sites_for(request.user, code, *STAFF, Role.SAFEGUARDING)
    form = IncidentForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: open_incident(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("It is in the log. Please also tell the safeguarding lead now."))
            return redirect("study_incidents" if access.can(Role.SAFEGUARDING) else "study", code)
    return study_page(request, "ethics/incident_new.html", access, form=form)


def _record_page(
    request: HttpRequest, access: StudyAccess, incident: Incident, form: IncidentEntryForm | None = None
) -> HttpResponse:
    shown = incident_record(incident)
    kinds = CLOSED_KINDS if incident.closed_at else OPEN_KINDS
    form = form or IncidentEntryForm(None, kinds=kinds, entries=shown.entries)
    return study_page(request, "ethics/incident.html", access, shown=shown, form=form)


@login_required
@never_cache
@require_safe
def study_incidents_one(request: HttpRequest, code: str, incident_code: str) -> HttpResponse:
    """Asks first; shows the record to who has asked to read it just now."""
    access = sites_for(request.user, code, Role.SAFEGUARDING)
    incident = incident_for(request.user, code, incident_code)
    if is_being_read(incident, access.member.user, now=timezone.now()):
        return _record_page(request, access, incident)
    return study_page(request, "ethics/incident_ask.html", access, incident=incident)


@login_required
@require_POST
def study_incidents_read(request: HttpRequest, code: str, incident_code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.SAFEGUARDING)
    read_incident(incident_for(request.user, code, incident_code), actor=access.member.user)
    return redirect("study_incidents_one", code, incident_code)


@login_required
@never_cache
@require_POST
def study_incidents_write(request: HttpRequest, code: str, incident_code: str) -> HttpResponse:
    """A further entry, by somebody who is reading the record."""
    access = sites_for(request.user, code, Role.SAFEGUARDING)
    incident, actor, now = incident_for(request.user, code, incident_code), access.member.user, timezone.now()
    if not is_being_read(incident, actor, now=now):
        raise DomainError(Code.STATE_FORBIDS, _("Open the record first: some time has passed."))
    kinds = CLOSED_KINDS if incident.closed_at else OPEN_KINDS
    form = IncidentEntryForm(request.POST, kinds=kinds, entries=incident_record(incident).entries)
    if carried_out(form, lambda: write_entry(incident, actor=actor, now=now, **form.cleaned_data)):
        messages.success(request, _("The entry is in the record."))
        return redirect("study_incidents_one", code, incident_code)
    return _record_page(request, access, incident, form)
