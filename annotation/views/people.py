"""Who takes part in a study: team, raters, roles, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, member_for, sites_for, study_for
from annotation.forms.people import RolesForm
from annotation.forms.refusals import carried_out
from annotation.models import STAFF_ROLES, Member, Role
from annotation.queries.leaving import left_rows
from annotation.queries.people import account_raters, group_counts, shown_name, team_rows
from annotation.services.members import change_roles, remove_member
from annotation.views.pages import study_page

PER_PAGE = 25


@login_required
@require_safe
def study_people(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    sites = list(access.sites())
    site = next((one for one in sites if one.key == request.GET.get("site")), None)
    raters = access.seen(account_raters(access.study), "pk")
    raters = raters.filter(site=site) if site else raters
    page = Paginator(raters, PER_PAGE).get_page(request.GET.get("page"))
    return study_page(
        request,
        "people/people.html",
        access,
        team=[] if access.is_bound else team_rows(access.study),
        counts=group_counts(access.study, access.limit()),
        left=left_rows(access.study, access.limit()),
        page_obj=page,
        sites=sites,
        site=site,
        query=f"site={site.key}&" if site else "",
        is_owner=access.can(Role.OWNER),
    )


def _back(access: StudyAccess, member: Member) -> HttpResponse:
    """To the people; who changed their own place may no longer see them."""
    return redirect("home") if member.pk == access.member.pk else redirect("study_people", access.study.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_member_roles(request: HttpRequest, code: str, member_code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.OWNER)
    member = member_for(request.user, code, member_code, Role.OWNER)
    held = [grant.role for grant in member.grants.all() if grant.role in STAFF_ROLES]
    # An empty POST is a choice here: no role is ticked.
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": held})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: change_roles(member, actor=actor, roles=form.cleaned_data["roles"])):
            messages.success(
                request, _("The roles of %(name)s are changed.") % {"name": member.user.username}
            )
            return _back(access, member)
    return study_page(request, "people/roles.html", access, form=form, member=member)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_member_remove(request: HttpRequest, code: str, member_code: str) -> HttpResponse:
    """Asks before somebody is taken out. Who only rates is named by pseudonym."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    member = member_for(request.user, code, member_code)
    if request.method == "POST":
        remove_member(member, actor=access.member.user)
        messages.success(request, _("Taken out of the study. What was rated stays."))
        return _back(access, member)
    return study_page(request, "people/remove.html", access, name=shown_name(member))
