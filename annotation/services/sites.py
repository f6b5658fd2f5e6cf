"""The sites of a study: places at which people are looked after, and members who see those people only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import (
    STAFF_ROLES,
    AlertChoice,
    Invitation,
    Member,
    MemberSite,
    PublicCall,
    Rater,
    Role,
    RoleGrant,
    Site,
    Study,
    User,
)
from annotation.queries.sites import bonds_of

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
MAX_SITES = 500
# Of these somebody can be bound to sites; adjudicators see no people, and owners everybody.
BOUND_ROLES = (Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING)


def _refuse_bound(study: Study, actor: User) -> None:
    if bonds_of(study, actor).exists():
        raise DomainError(
            Code.NOT_ALLOWED, _("This concerns the whole study. You take part in it for single sites only.")
        )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise DomainError(Code.INVALID, _("A site needs a name of at most 100 characters."))
    return name


def add_site(study: Study, *, actor: User, name: str, key: str) -> Site:
    """A site by its name and short code, which stands in files of people.

    Raises:
        DomainError: INVALID name or code, or one that the study has; NOT_ALLOWED for members of single sites.
    """
    name = _named(name)
    if not KEY.fullmatch(key):
        raise DomainError(
            Code.INVALID, _("A short code has small letters, digits and hyphens, at most twenty of them.")
        )
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        _refuse_bound(study, actor)
        sites = Site.objects.filter(study=study)
        if sites.filter(key=key).exists():
            raise DomainError(Code.INVALID, _("The study has a site of this short code already."))
        if sites.count() >= MAX_SITES:
            raise DomainError(Code.INVALID, _("A study has at most %(n)s sites.") % {"n": MAX_SITES})
        site = Site.objects.create(study=study, name=name, key=key)
        record("site.added", actor=actor, study=study, about=site, key=key)
        return site


def rename_site(site: Site, *, actor: User, name: str) -> Site:
    """Its short code stays.

    Raises:
        DomainError: INVALID name; NOT_ALLOWED for members of single sites.
    """
    name = _named(name)
    with transaction.atomic():
        _refuse_bound(site.study, actor)
        if Site.objects.filter(pk=site.pk).exclude(name=name).update(name=name):
            record("site.renamed", actor=actor, study=site.study, about=site, key=site.key)
        site.refresh_from_db()
        return site


def close_site(site: Site, *, actor: User, now: datetime) -> Site:
    """Nobody new comes to it: its links and public calls end. Who belongs to it stays. Twice is once.

    Raises:
        DomainError: NOT_ALLOWED for members of single sites.
    """
    with transaction.atomic():
        _refuse_bound(site.study, actor)
        if Site.objects.filter(pk=site.pk, closed_at__isnull=True).update(closed_at=now):
            living = Invitation.objects.filter(site=site, revoked_at__isnull=True)
            living.update(revoked_at=now, email="")
            PublicCall.objects.filter(site=site, closed_at__isnull=True).update(closed_at=now)
            record("site.closed", actor=actor, study=site.study, about=site, key=site.key)
        site.refresh_from_db()
        return site


def reopen_site(site: Site, *, actor: User) -> Site:
    """People may come to it again. Links and calls that ended with its closing stay ended. Twice is once.

    Raises:
        DomainError: NOT_ALLOWED for members of single sites.
    """
    with transaction.atomic():
        _refuse_bound(site.study, actor)
        if Site.objects.filter(pk=site.pk, closed_at__isnull=False).update(closed_at=None):
            record("site.reopened", actor=actor, study=site.study, about=site, key=site.key)
        site.refresh_from_db()
        return site


def move_rater(rater: Rater, site: Site | None, *, actor: User) -> Rater:
    """Put a rater to another site, or to none: from now on its people look after them.

    Raises:
        DomainError: INVALID for a site of another study or a closed one; NOT_ALLOWED for members of single
            sites.
    """
    _refuse_unfit(rater.study, site)
    with transaction.atomic():
        _refuse_bound(rater.study, actor)
        held = Rater.objects.select_for_update(of=("self",)).get(pk=rater.pk)
        if held.site_id != (site.pk if site else None):
            held.site = site
            held.save(update_fields=["site"])
            record("rater.moved", actor=actor, study=rater.study, about=rater, site=site.key if site else "")
        return held


def bind_member(member: Member, sites: Sequence[Site], *, actor: User) -> Member:
    """Let a member see the people of exactly these sites; of the whole study where there are none.

    Raises:
        DomainError: NOT_ALLOWED where the actor is no owner; INVALID for sites of another study, or a member
            who owns the study or has no role that sees people.
    """
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=member.study_id)
        mine = RoleGrant.objects.filter(member__study=study, member__left_at__isnull=True)
        if not mine.filter(member__user=actor, role=Role.OWNER).exists():
            raise DomainError(Code.NOT_ALLOWED, _("Only an owner of the study says who sees which sites."))
        held = set(RoleGrant.objects.filter(member=member).values_list("role", flat=True))
        if sites and (Role.OWNER in held or not held.intersection(BOUND_ROLES)):
            raise DomainError(
                Code.INVALID,
                _("Owners see the whole study; sites are for coordinators, researchers and safeguarding."),
            )
        if any(site.study_id != study.pk for site in sites):
            raise DomainError(Code.INVALID, _("This site belongs to another study."))
        if sites:
            # Mails about the whole study are not for them any more.
            AlertChoice.objects.filter(member=member).delete()
        MemberSite.objects.filter(member=member).exclude(site__in=sites).delete()
        for site in sites:
            MemberSite.objects.get_or_create(member=member, site=site)
        keys = sorted(site.key for site in sites)
        record("member.sites_set", actor=actor, study=study, about=member, sites=keys)
        return member


def _refuse_unfit(study: Study, site: Site | None) -> None:
    if site is not None and site.study_id != study.pk:
        raise DomainError(Code.INVALID, _("This site belongs to another study."))
    if site is not None and site.closed_at is not None:
        raise DomainError(Code.INVALID, _("The site %(name)s is closed.") % {"name": site.name})


def site_to_join(study: Study, site: Site | None, *, actor: User, role: str) -> Site | None:
    """The site of whoever comes by a link that this actor makes. Who is bound to one site need not name it.

    Raises:
        DomainError: INVALID for a site that is closed or not the actor's; NOT_ALLOWED where somebody bound
            to sites invites to the team.
    """
    _refuse_unfit(study, site)
    own = [bond.site for bond in bonds_of(study, actor).select_related("site")]
    if not own:
        return site
    if role != Role.RATER:
        raise DomainError(Code.NOT_ALLOWED, _("You take part for single sites: you can invite raters there."))
    if site is None and len(own) == 1:
        _refuse_unfit(study, own[0])
        return own[0]
    if site not in own:
        raise DomainError(Code.INVALID, _("Choose one of your sites."))
    return site


def sees_whole_study(study: Study, user: User) -> bool:
    """Whether a login has a role in the team that no site binds."""
    team = RoleGrant.objects.filter(member__study=study, member__user=user, member__left_at__isnull=True)
    return team.filter(role__in=STAFF_ROLES).exists() and not bonds_of(study, user).exists()


def settle_at_site(member: Member, site: Site, *, role: str, is_bound: bool) -> None:
    """Somebody came by a site's link: within the caller's transaction. A rater who comes back stays where
    they were; `is_bound`: of the team, sees this site's people only."""
    if role == Role.RATER:
        Rater.objects.filter(member=member, site__isnull=True).update(site=site)
    elif is_bound and role in BOUND_ROLES:
        MemberSite.objects.get_or_create(member=member, site=site)
