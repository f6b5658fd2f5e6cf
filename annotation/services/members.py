"""What becomes of members: their roles, and their leaving."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import STAFF_ROLES, Member, Rater, Role, RoleGrant, Slot, Study, User
from annotation.services.erasure import run_always
from annotation.services.queue import release_claim
from annotation.services.seats import free_seats_of


def _roles(study: Study, user: User) -> frozenset[str]:
    member = Member.objects.filter(study=study, user=user, left_at__isnull=True).first()
    return member.role_set() if member else frozenset()


def _refuse_without_owner(study: Study) -> None:
    owners = RoleGrant.objects.filter(member__study=study, member__left_at__isnull=True, role=Role.OWNER)
    if not owners.exists():
        raise DomainError(Code.STATE_FORBIDS, _("A study needs an owner: make somebody else owner first."))


def change_roles(member: Member, *, actor: User, roles: Iterable[str]) -> Member:
    """Give a member exactly these of the roles in `STAFF_ROLES`; whether they rate stays as it is.

    Raises:
        DomainError: the actor is no owner; the study would be left without an owner, the member
            without any role; the member has left.
    """
    wanted = set(roles)
    if not wanted <= set(STAFF_ROLES):
        raise DomainError(Code.INVALID, _("Choose among the roles of the team."))
    with transaction.atomic():
        # Two owners who demote each other wait here: the second finds that nobody else is left.
        study = Study.objects.select_for_update().get(pk=member.study_id)
        if Role.OWNER not in _roles(study, actor):
            raise DomainError(Code.NOT_ALLOWED, _("Only an owner of the study changes roles."))
        if not Member.objects.filter(pk=member.pk, left_at__isnull=True).exists():
            raise DomainError(Code.STATE_FORBIDS, _("This person no longer takes part in the study."))
        RoleGrant.objects.filter(member=member, role__in=set(STAFF_ROLES) - wanted).delete()
        for role in sorted(wanted):
            RoleGrant.objects.get_or_create(member=member, role=role)
        _refuse_without_owner(study)
        if not RoleGrant.objects.filter(member=member).exists():
            raise DomainError(
                Code.INVALID, _("Leave at least one role, or take the person out of the study instead.")
            )
        record("member.roles_changed", actor=actor, study=study, about=member, roles=sorted(wanted))
        return member


def remove_member(member: Member, *, actor: User) -> Member:
    """Take a member out of the study: ratings stay, a claimed item is free again. Twice is once.

    Raises:
        DomainError: the actor coordinates nothing here, or takes out an owner without being one;
            the study would be left without an owner.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=member.study_id)
        held = _roles(study, actor)
        is_owner = member.grants.filter(role=Role.OWNER).exists()
        if Role.COORDINATOR not in held or (is_owner and Role.OWNER not in held):
            raise DomainError(Code.NOT_ALLOWED, _("Only an owner of the study takes out an owner."))
        if Member.objects.filter(pk=member.pk, left_at__isnull=True).update(left_at=timezone.now()):
            _refuse_without_owner(study)
            _let_go(member, actor)
            record("member.left", actor=actor, study=study, about=member)
        member.refresh_from_db()
        return member


def _let_go(member: Member, actor: User) -> None:
    rater = Rater.objects.filter(member=member).select_related("study").first()
    if rater is None:
        return
    for slot in Slot.objects.filter(rater=rater, state=Slot.State.CLAIMED):
        release_claim(slot, rater, actor=actor)
    free_seats_of(rater, actor=actor)
    # What a person told about how they are goes with the person.
    run_always(rater)
