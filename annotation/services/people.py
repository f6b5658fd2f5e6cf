"""Members and raters of a study."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Group, Member, Rater, RoleGrant, Study, User
from annotation.models.base import ALPHABET


def new_pseudonym(group: Group) -> str:
    """E.g. "PEE-7k3d9q": tells the group, nothing else."""
    return f"{group.key[:3].upper()}-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def add_member(study: Study, *, actor: User | None, user: User, roles: Iterable[str]) -> Member:
    """Give a login roles in a study; who left comes back. Roles already held stay."""
    with transaction.atomic():
        member, _made = Member.objects.get_or_create(study=study, user=user)
        if member.left_at is not None:
            member.left_at = None
            member.save(update_fields=["left_at"])
        given = sorted(set(roles))
        for role in given:
            RoleGrant.objects.get_or_create(member=member, role=role)
        record("member.added", actor=actor, study=study, about=member, roles=given)
        return member


def add_rater(
    study: Study,
    *,
    actor: User | None,
    group: Group,
    member: Member | None = None,
    pseudonym: str = "",
    origin: str = Rater.Origin.ACCOUNT,
    external_id: str = "",
    judge_model: str = "",
) -> Rater:
    """A rater of a group. A member rates in one group only: asking again returns the same rater.

    Raises:
        DomainError: the group belongs to another study; the member already rates in another group.
    """
    if group.study_id != study.pk:
        raise DomainError(Code.INVALID, _("This group belongs to another study."))
    with transaction.atomic():
        earlier = Rater.objects.filter(member=member).first() if member is not None else None
        if earlier is not None:
            if earlier.group_id != group.pk:
                raise DomainError(Code.STATE_FORBIDS, _("You already rate in this study, in another group."))
            return earlier
        rater = Rater.objects.create(
            study=study,
            group=group,
            member=member,
            pseudonym=pseudonym or new_pseudonym(group),
            origin=origin,
            external_id=external_id,
            judge_model=judge_model,
        )
        record("rater.added", actor=actor, study=study, about=rater, group=group.key, origin=origin)
        return rater
