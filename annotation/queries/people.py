"""Who takes part in a study: the team by name, raters by pseudonym, invitations by what is left of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import STAFF_ROLES, Group, Invitation, Member, Rater, Role, RoleGrant, Study


@dataclass(frozen=True)
class TeamRow:
    """A member who does more than rate."""

    member: Member
    roles: list[str]
    is_owner: bool


def team_rows(study: Study) -> list[TeamRow]:
    """Members with a role besides rating, by user name; raters are listed by pseudonym only, so that
    nobody reads off who rated what. Two queries."""
    team = RoleGrant.objects.filter(role__in=STAFF_ROLES).values("member")
    members = Member.objects.filter(study=study, left_at__isnull=True, pk__in=team).select_related("user")
    rows = []
    for member in members.prefetch_related("grants").order_by("user__username"):
        held = {grant.role for grant in member.grants.all()}
        named = [str(role.label) for role in (*STAFF_ROLES, Role.RATER) if role in held]
        rows.append(TeamRow(member, named, is_owner=Role.OWNER in held))
    return rows


def shown_name(member: Member) -> str:
    """How a coordinator names a member: who only rates, by pseudonym. Reads the prefetched `grants`."""
    rater: Rater | None = getattr(member, "rater", None)
    return rater.pseudonym if rater and member.role_set() == {Role.RATER} else member.user.username


@dataclass(frozen=True)
class GroupCount:
    """How many raters a group has, by origin. `n_left`: with a login, no longer taking part."""

    group: Group
    n_account: int
    n_left: int
    n_imported: int
    n_judges: int


def group_counts(study: Study, raters: QuerySet[Rater] | None = None) -> list[GroupCount]:
    """One row per group, of all raters or of these. One query."""
    seen = Q() if raters is None else Q(raters__in=raters)
    account = seen & Q(raters__origin=Rater.Origin.ACCOUNT)
    gone = Q(raters__member__isnull=True) | Q(raters__member__left_at__isnull=False)
    groups = Group.objects.filter(study=study).order_by("position", "id")
    # Counting drops the order of the model, unless it is asked for.
    groups = groups.annotate(
        n_account=Count("raters", filter=account & ~gone),
        n_left=Count("raters", filter=account & gone),
        n_imported=Count("raters", filter=seen & Q(raters__origin=Rater.Origin.IMPORTED)),
        n_judges=Count("raters", filter=seen & Q(raters__origin=Rater.Origin.JUDGE)),
    )
    return [
        GroupCount(group, group.n_account, group.n_left, group.n_imported, group.n_judges) for group in groups
    ]


def account_raters(study: Study) -> QuerySet[Rater]:
    """Raters with a login who take part, by group. Imported raters and judges are only counted."""
    raters = Rater.objects.filter(study=study, member__isnull=False, member__left_at__isnull=True)
    # Not in the same query: thousands would be sorted with all of it.
    related = raters.prefetch_related("group", "member", "site")
    return related.order_by("group__position", "group_id", "pseudonym")


def study_invitations(study: Study) -> QuerySet[Invitation]:
    """Newest first."""
    invitations = Invitation.objects.filter(study=study).select_related("group", "site")
    return invitations.order_by("-created_at", "-id")


@dataclass(frozen=True)
class InvitationRow:
    invitation: Invitation
    n_left: int
    state: str

    @property
    def is_usable(self) -> bool:
        return self.state == "usable"

    @property
    def mail(self) -> str:
        """Of one by mail that still works: sent, failed or waiting."""
        if not (self.is_usable and self.invitation.is_by_mail):
            return ""
        if self.invitation.has_send_failed:
            return "failed"
        return "sent" if self.invitation.sent_at else "waiting"


def invitation_row(invitation: Invitation, *, now: datetime) -> InvitationRow:
    """What is left of an invitation: usable, withdrawn, expired or used up; by mail also joined."""
    n_left = invitation.max_uses - invitation.n_uses
    if invitation.is_by_mail and not n_left:
        return InvitationRow(invitation, 0, "joined")
    if invitation.revoked_at is not None:
        return InvitationRow(invitation, 0, "withdrawn")
    if invitation.expires_at <= now:
        return InvitationRow(invitation, 0, "expired")
    return InvitationRow(invitation, n_left, "usable" if n_left else "used up")


def invitation_digest(token: str) -> str:
    """What is stored of an invitation's token, and looked up by."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_by_token(token: str) -> Invitation:
    """The invitation behind a link, usable or not; 404 for a token that never was one."""
    # Found by the digest of 256 random bits: the comparison leaks nothing about other links.
    invitation = (
        Invitation.objects.filter(token_digest=invitation_digest(token))
        .select_related("study", "group")
        .first()
    )
    if invitation is None:
        raise DomainError(
            Code.NOT_FOUND,
            _(
                "There is no such invitation. Check that the link was copied "
                "to its very end, or ask the person who gave it to you."
            ),
        )
    return invitation
