"""The sites of a study, and whom somebody bound to some of them may see.

What an address names is gated by `annotation.access.StudyAccess.raters`; services ask here, by their actor.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from annotation.models import Member, MemberSite, Rater, Role, RoleGrant, Site, Study, User


def bonds_of(study: Study, user: User | None) -> QuerySet[MemberSite]:
    """What binds a login to sites of the study; nothing for owners and whoever sees the whole of it."""
    owners = RoleGrant.objects.filter(role=Role.OWNER, member__study=study).values("member")
    bonds = MemberSite.objects.filter(member__study=study, member__user=user, member__left_at__isnull=True)
    return bonds.exclude(member__in=owners)


def raters_seen_by(study: Study, user: User | None) -> QuerySet[Rater]:
    """The raters whom whoever acts may deal with; None acts for the program. One query before its own."""
    raters, bonds = Rater.objects.filter(study=study), bonds_of(study, user)
    if user is None or not bonds.exists():
        return raters
    return raters.filter(site__in=bonds.values("site"))


@dataclass(frozen=True)
class SiteRow:
    """A site; its raters who take part, and the team members who see its people only."""

    site: Site
    n_raters: int
    names: list[str]


def site_rows(study: Study) -> list[SiteRow]:
    """By name. Two queries."""
    here = Q(raters__member__isnull=False, raters__member__left_at__isnull=True)
    bonds = MemberSite.objects.filter(site__study=study, member__left_at__isnull=True)
    names: dict[int, list[str]] = {}
    for bond in bonds.select_related("member__user").order_by("member__user__username"):
        names.setdefault(bond.site_id, []).append(bond.member.user.username)
    sites = Site.objects.filter(study=study).annotate(n_raters=Count("raters", filter=here))
    sites = sites.order_by("name", "id")
    return [SiteRow(site, site.n_raters, names.get(site.pk, [])) for site in sites]


def open_sites(study: Study) -> QuerySet[Site]:
    """Those to which somebody can still come."""
    return Site.objects.filter(study=study, closed_at__isnull=True)


def sites_open_to(study: Study, user: User) -> QuerySet[Site]:
    """Those to which this login can invite: all that are open, or of those that bind it."""
    bonds, sites = bonds_of(study, user), open_sites(study)
    return sites.filter(pk__in=bonds.values("site")) if bonds.exists() else sites


def sites_of(member: Member) -> list[Site]:
    """Those whose people this member sees only; none: they see everybody."""
    return list(Site.objects.filter(member_bonds__member=member))
