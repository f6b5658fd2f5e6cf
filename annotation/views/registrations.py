"""Self-registration as coordinators see it: calls, who waits, and deciding."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import application_for, call_for, sites_for
from annotation.forms.public_calls import CallForm
from annotation.forms.refusals import carried_out
from annotation.forms.sites import add_site
from annotation.models import Role
from annotation.queries.joining import call_rows, calls_of, waiting_applications
from annotation.queries.plans import human_groups
from annotation.services import public_calls
from annotation.views.mailed_invitations import site_root
from annotation.views.pages import posted, study_page

PER_PAGE = 25


@login_required
@require_safe
def study_calls(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    calls = access.at_sites(calls_of(access.study))
    page = Paginator(waiting_applications(access.study, calls), PER_PAGE).get_page(request.GET.get("page"))
    rows = call_rows(calls, now=timezone.now())
    addresses = [(row, request.build_absolute_uri(reverse("apply", args=[row.call.address]))) for row in rows]
    return study_page(request, "people/calls.html", access, calls=addresses, page_obj=page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_call_new(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    groups = human_groups(access.study)
    form = CallForm(posted(request), groups=groups)
    add_site(form, access, after="group")
    if request.method == "POST":
        actor = access.member.user
        made = carried_out(
            form, lambda: public_calls.open_call(access.study, actor=actor, **form.cleaned_data)
        )
        if made:
            messages.success(request, _("The address is open. It stands below."))
            return redirect("study_calls", code)
    return study_page(request, "people/call_new.html", access, form=form, groups=groups)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_call_close(request: HttpRequest, code: str, call_code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    call = call_for(request.user, code, call_code)
    if request.method == "POST":
        public_calls.close_call(call, actor=access.member.user)
        messages.success(request, _("Nobody can apply there any more."))
        return redirect("study_calls", code)
    return study_page(request, "people/call_close.html", access, call=call)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_call_decide(
    request: HttpRequest, code: str, application_code: str, decision: public_calls.Decision
) -> HttpResponse:
    """Asks before it approves or declines: neither can be undone."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    application = application_for(request.user, code, application_code)
    if request.method == "POST":
        public_calls.decide_application(
            application, actor=access.member.user, decision=decision, root=site_root(request)
        )
        said = {
            "approve": _("Approved. The applicant's link opens the way in now."),
            "decline": _("Declined."),
        }
        messages.success(request, said[decision])
        return redirect("study_calls", code)
    context = {"application": application, "is_yes": decision == "approve"}
    return study_page(request, "people/call_decide.html", access, **context)
