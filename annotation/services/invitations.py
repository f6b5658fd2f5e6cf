"""Invitation links: made once, shown once, used as often as they say, stored as a digest."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Group, Invitation, Member, Rater, Role, Site, Study, User
from annotation.queries.people import invitation_digest
from annotation.services.accounts import create_login
from annotation.services.approvals import refuse_closed_enrolment
from annotation.services.people import add_member, add_rater
from annotation.services.sites import sees_whole_study, settle_at_site, site_to_join

MAX_DAYS = 365
MAX_USES = 1000
ASK = gettext_lazy("Please ask the person who gave you this link for a new one.")


def create_invitation(
    study: Study,
    *,
    actor: User,
    role: str,
    days: int,
    max_uses: int,
    group: Group | None = None,
    site: Site | None = None,
    label: str = "",
) -> tuple[Invitation, str]:
    """An invitation and its token: 256 random bits that are not stored. Who joins by it belongs to `site`.

    Raises:
        DomainError: a rater without a group, a group of judge models, or days or uses out of bounds;
            a role that the actor does not hold and so cannot hand out; a site that is not theirs.
    """
    if role == Role.RATER and (group is None or group.kind != Group.Kind.HUMAN):
        raise DomainError(Code.INVALID, _("Choose the group that the raters will belong to."))
    if group is not None and group.study_id != study.pk:
        raise DomainError(Code.INVALID, _("This group belongs to another study."))
    if not (1 <= days <= MAX_DAYS and 1 <= max_uses <= MAX_USES):
        raise DomainError(
            Code.INVALID,
            _("1 to %(days)s days and 1 to %(people)s people, please.")
            % {"days": MAX_DAYS, "people": MAX_USES},
        )
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        refuse_higher_role(study, actor, [role])
        invitation = Invitation.objects.create(
            study=study,
            role=role,
            group=group if role == Role.RATER else None,
            site=site_to_join(study, site, actor=actor, role=role),
            label=label.strip(),
            token_digest=invitation_digest(token),
            expires_at=timezone.now() + timedelta(days=days),
            max_uses=max_uses,
            created_by=actor,
        )
        record("invitation.created", actor=actor, study=study, about=invitation, role=role, max_uses=max_uses)
        return invitation, token


def refuse_higher_role(study: Study, actor: User, roles: Iterable[str]) -> None:
    """Nobody hands out a role that they do not hold, but to raters and adjudicators."""
    member = Member.objects.filter(study=study, user=actor, left_at__isnull=True).first()
    held = member.role_set() if member else frozenset()
    if Role.COORDINATOR not in held or not set(roles) <= held | {Role.RATER, Role.ADJUDICATOR}:
        raise DomainError(
            Code.NOT_ALLOWED,
            _("You can only invite raters, adjudicators, and to roles that you hold yourself."),
        )


def revoke_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """From now on nobody joins with it; who has joined stays. Revoking twice changes nothing."""
    with transaction.atomic():
        living = Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True)
        if living.update(revoked_at=timezone.now(), email=""):
            record("invitation.revoked", actor=actor, study=invitation.study, about=invitation)
        invitation.refresh_from_db()
        return invitation


def refuse_unusable(invitation: Invitation) -> None:
    """Raises DomainError (410) for an invitation that is revoked, expired or used up."""
    if invitation.revoked_at is not None:
        raise DomainError(
            Code.INVITATION_UNUSABLE, _("This invitation has been withdrawn. %(ask)s") % {"ask": ASK}
        )
    if invitation.expires_at <= timezone.now():
        raise DomainError(Code.INVITATION_UNUSABLE, _("This invitation has expired. %(ask)s") % {"ask": ASK})
    if invitation.n_uses >= invitation.max_uses:
        raise DomainError(
            Code.INVITATION_UNUSABLE,
            _("As many people as this invitation was made for have joined. %(ask)s") % {"ask": ASK},
        )


def has_joined(invitation: Invitation, user: User) -> bool:
    """Whether the login already has what the invitation gives."""
    member = Member.objects.filter(study=invitation.study, user=user, left_at__isnull=True).first()
    if member is None or not member.grants.filter(role=invitation.role).exists():
        return False
    if invitation.group is None:
        return True
    return Rater.objects.filter(member=member, group=invitation.group).exists()


def _refuse_those_taken_out(invitation: Invitation, user: User) -> None:
    """An old link does not undo a coordinator's decision; one made afterwards does."""
    left = Member.objects.filter(study=invitation.study, user=user, left_at__gte=invitation.created_at)
    if left.exists():
        raise DomainError(
            Code.STATE_FORBIDS,
            _("You no longer take part in this study, and this link is older. %(ask)s") % {"ask": ASK},
        )


def refuse_new_rater(invitation: Invitation) -> None:
    """Raises DomainError (409) where it invites raters and enrolment is closed. The team may still grow."""
    if invitation.group is not None:
        refuse_closed_enrolment(invitation.study, now=timezone.now())


def _use(invitation: Invitation) -> None:
    """Take one of the uses, or refuse. Of two people after the last one, one gets it."""
    free = Invitation.objects.filter(
        pk=invitation.pk,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
        n_uses__lt=F("max_uses"),
    )
    # One by mail is for one person: its address has served.
    if not free.update(n_uses=F("n_uses") + 1, email=""):
        invitation.refresh_from_db()
        refuse_unusable(invitation)
        raise DomainError(Code.LOST_RACE, _("The invitation changed in this moment. Please try once more."))


def _take_in(invitation: Invitation, actor: User) -> None:
    """A site's link binds nobody who sees the whole study already."""
    study, site = invitation.study, invitation.site
    is_bound = site is not None and not sees_whole_study(study, actor)
    member = add_member(study, actor=actor, user=actor, roles=[invitation.role])
    if invitation.group is not None:
        add_rater(study, actor=actor, group=invitation.group, member=member)
    if site is not None:
        settle_at_site(member, site, role=invitation.role, is_bound=is_bound)


def join_study(invitation: Invitation, *, actor: User) -> Member:
    """The actor becomes a member, and a rater where the invitation says so.

    Joining again changes nothing and uses nothing up.

    Raises:
        DomainError: the invitation cannot be used any more (410); the actor was taken out of the
            study or rates in another group of it, or no approval holds (409).
    """
    with transaction.atomic():
        # One login's two requests wait for each other here: the second finds the first's membership.
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("study", "site")
            .get(pk=invitation.pk)
        )
        if has_joined(invitation, actor):
            return Member.objects.get(study=invitation.study, user=actor)
        _refuse_those_taken_out(invitation, actor)
        refuse_new_rater(invitation)
        _use(invitation)
        _take_in(invitation, actor)
        record("invitation.used", actor=actor, study=invitation.study, about=invitation)
        return Member.objects.get(study=invitation.study, user=actor)


def join_with_new_login(
    invitation: Invitation, *, actor: User | None, pass_phrase: str, email: str = ""
) -> User:
    """A login with a drawn user name that joins at once; no login is left behind when joining fails.

    Raises:
        DomainError: as `create_login` and `join_study`.
    """
    with transaction.atomic():
        refuse_unusable(invitation)
        user = create_login(actor=actor, pass_phrase=pass_phrase, email=email)
        join_study(invitation, actor=user)
        return user
