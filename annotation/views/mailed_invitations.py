"""Invitations by e-mail: to a list of addresses or the people of a file; sent again."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import StudyAccess, invitation_for, sites_for
from annotation.forms.mailing import InviteesFileForm, MailInvitationForm, roles_to_give
from annotation.forms.refusals import carried_out
from annotation.forms.sites import add_site
from annotation.imports.checks.invitees import INVITEE_COLUMNS
from annotation.models import Invitation, Role
from annotation.queries.joining import joining_of
from annotation.queries.plans import human_groups
from annotation.services import mailed_invitations
from annotation.views.pages import posted, study_page


def site_root(request: HttpRequest) -> str:
    """The address of this site, for links in mails."""
    return request.build_absolute_uri(reverse("home"))


def _on_their_way(request: HttpRequest, made: Sequence[Invitation]) -> None:
    words = ngettext("One invitation is on its way.", "%(n)s invitations are on their way.", len(made)) % {
        "n": len(made)
    }
    messages.success(request, words)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_invitation_mail(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    groups = human_groups(access.study)
    settings = joining_of(access.study)
    form = MailInvitationForm(posted(request), groups=groups, roles=access.roles, settings=settings)
    add_site(form, access, after="group")
    if request.method == "POST":
        made = carried_out(form, lambda: _invite(request, access, form))
        if made:
            _on_their_way(request, made)
            return redirect("study_invitations", code)
    return study_page(request, "people/invitation_mail.html", access, form=form, groups=groups)


def _invite(request: HttpRequest, access: StudyAccess, form: MailInvitationForm) -> list[Invitation]:
    return mailed_invitations.invite_by_mail(
        access.study,
        form.invitees(),
        actor=access.member.user,
        mailing=form.mailing(site_root(request)),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_invitation_file(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody in the file or nobody; every faulty row is named with its line."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    files = request.FILES if request.method == "POST" else None
    form = InviteesFileForm(posted(request), files, settings=joining_of(access.study))
    if request.method == "POST":
        made = carried_out(form, lambda: _invite_file(request, access, form))
        if made:
            _on_their_way(request, made)
            return redirect("study_invitations", code)
    return study_page(
        request,
        "people/invitation_file.html",
        access,
        form=form,
        columns=INVITEE_COLUMNS,
        groups=human_groups(access.study),
    )


def _invite_file(request: HttpRequest, access: StudyAccess, form: InviteesFileForm) -> list[Invitation]:
    file = form.cleaned_data["file"]
    return mailed_invitations.invite_from_file(
        access.study,
        actor=access.member.user,
        name=file.name,
        data=file.read(),
        roles=[] if access.is_bound else roles_to_give(access.roles),
        mailing=form.mailing(site_root(request)),
    )


@login_required
@require_POST
def study_invitation_resend(request: HttpRequest, code: str, invitation_code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    invitation = invitation_for(request.user, code, invitation_code)
    mailed_invitations.resend_invitation(invitation, actor=access.member.user, root=site_root(request))
    messages.success(
        request, _("A new mail with a new link is on its way. The link in the earlier one no longer works.")
    )
    return redirect("study_invitations", code)
