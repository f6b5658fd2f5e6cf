"""The sites of a study: named, closed, chosen at a member, and where a rater is."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import enrolled_rater_for, member_for, site_for, study_for
from annotation.forms.refusals import carried_out
from annotation.forms.sites import MemberSitesForm, MoveForm, SiteForm, SiteNameForm
from annotation.models import Role
from annotation.queries.sites import open_sites, site_rows, sites_of
from annotation.services import sites
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_sites(request: HttpRequest, code: str) -> HttpResponse:
    """All sites, and a form for one more."""
    access = study_for(request.user, code, Role.COORDINATOR)
    form = SiteForm(posted(request))
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: sites.add_site(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("The site is added."))
            return redirect("study_sites", code)
    return study_page(request, "sites/sites.html", access, form=form, rows=site_rows(access.study))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_site_name(request: HttpRequest, code: str, site_code: str) -> HttpResponse:
    access, site = site_for(request.user, code, site_code)
    form = SiteNameForm(posted(request), initial={"name": site.name})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: sites.rename_site(site, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_sites", code)
    return study_page(request, "sites/rename.html", access, form=form, site=site)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_site_close(request: HttpRequest, code: str, site_code: str) -> HttpResponse:
    """Asks before the site's links and calls end."""
    access, site = site_for(request.user, code, site_code)
    if request.method == "POST":
        sites.close_site(site, actor=access.member.user, now=timezone.now())
        messages.success(request, _("The site is closed. Who belongs to it stays."))
        return redirect("study_sites", code)
    return study_page(request, "sites/close.html", access, site=site)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_site_reopen(request: HttpRequest, code: str, site_code: str) -> HttpResponse:
    """Asks before people may come to the site again, and says what stays ended."""
    access, site = site_for(request.user, code, site_code)
    if request.method == "POST":
        sites.reopen_site(site, actor=access.member.user)
        messages.success(request, _("The site is open again. Make new links for it where you need them."))
        return redirect("study_sites", code)
    return study_page(request, "sites/reopen.html", access, site=site)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_member_sites(request: HttpRequest, code: str, member_code: str) -> HttpResponse:
    """Whose people a member sees; for owners."""
    access = study_for(request.user, code, Role.OWNER)
    member = member_for(request.user, code, member_code, Role.OWNER)
    before = {"sites": [site.code for site in sites_of(member)]}
    # An empty POST is a choice here: no site is ticked.
    data = request.POST if request.method == "POST" else None
    form = MemberSitesForm(data, sites=list(access.sites()), initial=before)
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: sites.bind_member(member, form.cleaned_data["sites"], actor=actor)):
            messages.success(request, _("Saved."))
            return redirect("study_people", code)
    return study_page(request, "sites/member.html", access, form=form, member=member)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_rater_site(request: HttpRequest, code: str, rater_code: str) -> HttpResponse:
    """Put a rater to another site."""
    access = study_for(request.user, code, Role.COORDINATOR)
    rater = enrolled_rater_for(request.user, code, rater_code)
    before = {"site": rater.site.code if rater.site else ""}
    form = MoveForm(posted(request), sites=list(open_sites(access.study)), initial=before)
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: sites.move_rater(rater, form.cleaned_data["site"], actor=actor)):
            messages.success(request, _("%(rater)s is put there.") % {"rater": rater.pseudonym})
            return redirect("study_people", code)
    return study_page(request, "sites/move.html", access, form=form, rater=rater)
