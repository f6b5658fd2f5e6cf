"""A study as one member may see it: which roles they hold, and whose data they see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Member, Rater, Site, Study

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class StudyAccess:
    """A study as one member may see it. `is_bound`: of its people only those of the member's own sites.
    `at`: the one site that was asked for, of those the member may see."""

    study: Study
    member: Member
    roles: frozenset[str]
    is_bound: bool = False
    at: Site | None = None

    @cached_property
    def _site_keys(self) -> list[int]:
        """Looked up once: within a query the database guesses few raters, and reads all that they gave."""
        return list(self.sites().values_list("pk", flat=True))

    @property
    def is_cut(self) -> bool:
        """Whether only a part of the study's people is shown."""
        return self.is_bound or self.at is not None

    def only_at(self, site: Site | None) -> StudyAccess:
        """The same, cut to one of `sites()`; None changes nothing."""
        return replace(self, at=site)

    def can(self, role: str) -> bool:
        return role in self.roles

    def raters(self) -> QuerySet[Rater]:
        """The raters whom this member may see: every gate and list of people goes through here."""
        raters = Rater.objects.filter(study=self.study)
        return raters.filter(site__in=self._site_keys) if self.is_cut else raters

    def seen(self, rows: QuerySet[M], path: str = "rater") -> QuerySet[M]:
        """Of rows of this study those whose rater, at the end of `path`, this member may see."""
        return rows.filter(**{f"{path}__in": self.raters()}) if self.is_cut else rows

    def at_sites(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Of invitations and calls of this study those that lead to a site of this member."""
        return rows.filter(site__in=self.sites()) if self.is_cut else rows

    def written(self, rows: QuerySet[M], by: str) -> QuerySet[M]:
        """Of a log of this study what is about a rater whom this member may see, or what they wrote (`by`)
        about nobody who rates."""
        if not self.is_cut:
            return rows
        own = Q(rater__isnull=True, **{by: self.member.user_id})
        return rows.filter(Q(rater__in=self.raters()) | own)

    def limit(self) -> QuerySet[Rater] | None:
        """For reads that also tell of people who are no raters any more: None where nobody is left out."""
        return self.raters() if self.is_bound else None

    def sites(self) -> QuerySet[Site]:
        """The study's sites; of a bound member their own; of those the one that was asked for."""
        sites = Site.objects.filter(study=self.study)
        sites = sites.filter(member_bonds__member=self.member) if self.is_bound else sites
        return sites if self.at is None else sites.filter(pk=self.at.pk)

    def site_of(self, key: str) -> Site | None:
        """The site of this short code, which a request names, of those the member sees: another's is none.
        None where it names none.

        Raises:
            DomainError: INVALID where there is no such site.
        """
        if not key:
            return None
        site = self.sites().filter(key=key).first()
        if site is None:
            raise DomainError(Code.INVALID, _("This study has no site “%(site)s”.") % {"site": key})
        return site
