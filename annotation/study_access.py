"""A study as one member may see it: which roles they hold, and whose data they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from annotation.models import Member, Rater, Site, Study

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class StudyAccess:
    """A study as one member may see it. `is_bound`: of its people only those of the member's own sites."""

    study: Study
    member: Member
    roles: frozenset[str]
    is_bound: bool = False

    def can(self, role: str) -> bool:
        return role in self.roles

    def raters(self) -> QuerySet[Rater]:
        """The raters whom this member may see: every gate and list of people goes through here."""
        raters = Rater.objects.filter(study=self.study)
        return raters.filter(site__in=self.sites()) if self.is_bound else raters

    def seen(self, rows: QuerySet[M], path: str = "rater") -> QuerySet[M]:
        """Of rows of this study those whose rater, at the end of `path`, this member may see."""
        return rows.filter(**{f"{path}__in": self.raters()}) if self.is_bound else rows

    def at_sites(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Of invitations and calls of this study those that lead to a site of this member."""
        return rows.filter(site__in=self.sites()) if self.is_bound else rows

    def written(self, rows: QuerySet[M], by: str) -> QuerySet[M]:
        """Of a log of this study what is about a rater whom this member may see, or what they wrote (`by`)
        about nobody who rates."""
        if not self.is_bound:
            return rows
        own = Q(rater__isnull=True, **{by: self.member.user_id})
        return rows.filter(Q(rater__in=self.raters()) | own)

    def limit(self) -> QuerySet[Rater] | None:
        """For reads that also tell of people who are no raters any more: None where nobody is left out."""
        return self.raters() if self.is_bound else None

    def sites(self) -> QuerySet[Site]:
        """The study's sites; of a bound member their own."""
        sites = Site.objects.filter(study=self.study)
        return sites.filter(member_bonds__member=self.member) if self.is_bound else sites
