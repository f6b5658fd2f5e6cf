"""Invitation links: a coordinator makes them, a person joins by one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import StudyAccess, invitation_for, sites_for, study_for
from annotation.errors import Code, DomainError
from annotation.forms.accounts import JoinForm
from annotation.forms.people import InvitationForm
from annotation.forms.refusals import carried_out
from annotation.forms.sites import add_site
from annotation.models import Group, Invitation, Role, User
from annotation.queries.people import invitation_by_token, invitation_row, study_invitations
from annotation.queries.plans import human_groups
from annotation.services import invitations
from annotation.views.pages import study_page

PER_PAGE = 25
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@require_safe
def study_invitation_list(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    invited = access.at_sites(study_invitations(access.study))
    page = Paginator(invited, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [invitation_row(invitation, now=now) for invitation in page]
    return study_page(request, "people/invitations.html", access, page_obj=page, rows=rows)


def _make(access: StudyAccess, form: InvitationForm) -> tuple[Invitation, str]:
    asked = form.cleaned_data
    return invitations.create_invitation(
        access.study,
        actor=access.member.user,
        role=asked["role"],
        group=asked["group"],
        site=asked.get("site"),
        label=asked["label"],
        days=asked["days"],
        max_uses=asked["max_uses"],
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study_invitation_new(request: HttpRequest, code: str) -> HttpResponse:
    """After the POST the link is in this one page, and nowhere stored."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    groups: list[Group] = human_groups(access.study)
    form = InvitationForm(request.POST or None, groups=groups, roles=access.roles)
    add_site(form, access, after="group")
    made = carried_out(form, lambda: _make(access, form)) if request.method == "POST" else None
    if made is None:
        return study_page(request, "people/invitation_new.html", access, form=form, groups=groups)
    invitation, token = made
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return study_page(request, "people/invitation_made.html", access, invitation=invitation, link=link)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_invitation_revoke(request: HttpRequest, code: str, invitation_code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    invitation = invitation_for(request.user, code, invitation_code)
    if request.method == "POST":
        invitations.revoke_invitation(invitation, actor=access.member.user)
        messages.success(request, _("The link no longer works. Who has joined stays."))
        return redirect("study_invitations", code)
    return study_page(request, "people/invitation_revoke.html", access, invitation=invitation)


@never_cache
@sensitive_post_parameters("pass_phrase", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation link leads; whatever stands against it is said on a page of its own."""
    try:
        invitation = invitation_by_token(token)
        if isinstance(request.user, User):
            return _join_as(request, invitation, request.user)
        return _join_anew(request, invitation)
    except DomainError as error:
        context = {"error": error, "can_retry": error.code == Code.LOST_RACE}
        return render(request, "people/join_refused.html", context, status=error.status)


def _join_as(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Asks whether this login is to join."""
    if invitations.has_joined(invitation, user):
        return redirect("study", invitation.study.code)
    invitations.refuse_unusable(invitation)
    invitations.refuse_new_rater(invitation)
    if request.method == "POST":
        invitations.join_study(invitation, actor=user)
        messages.success(request, _("You take part in “%(study)s” now.") % {"study": invitation.study.title})
        return redirect("study", invitation.study.code)
    return render(request, "people/join_as.html", {"invitation": invitation, "study": invitation.study})


def _join_anew(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Asks for a pass phrase, makes the login, signs it in."""
    invitations.refuse_unusable(invitation)
    invitations.refuse_new_rater(invitation)
    form = JoinForm(request.POST or None, initial={"email": invitation.email})
    user = _new_login(form, invitation) if request.method == "POST" else None
    if user is not None:
        login(request, user, backend=BACKEND)
        return redirect("study_welcome", invitation.study.code)
    context = {"form": form, "invitation": invitation, "study": invitation.study}
    return render(request, "people/join.html", context, status=400 if form.errors else 200)


def _new_login(form: JoinForm, invitation: Invitation) -> User | None:
    """None when the form is to be shown again; other refusals go up to their own page."""
    if not form.is_valid():
        return None
    asked = form.cleaned_data
    try:
        return invitations.join_with_new_login(
            invitation, actor=None, pass_phrase=asked["pass_phrase"], email=asked["email"]
        )
    except DomainError as error:
        if error.code != Code.INVALID:
            raise
        for sentence in [error.message, *error.details]:
            form.add_error(None, sentence)
        return None


@login_required
@require_safe
def study_welcome(request: HttpRequest, code: str) -> HttpResponse:
    """The user name that was drawn, to be kept, and what comes next."""
    access = study_for(request.user, code)
    return render(request, "people/welcome.html", {"study": access.study, "access": access})
