"""A design as somebody asks for it, held against the study: names it knows, a seat for every rater."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Factor, Study
from annotation.queries.designs import Design
from annotation.queries.plans import human_groups


def completed_design(study: Study, design: Design, quotas: Mapping[str, int], *, sees_hidden: bool) -> Design:
    """The design with the seats that were left out: one for each rater with a login. Two queries.

    Raises:
        DomainError: it names a group or factor that the study does not have, or that must not be seen.
    """
    groups = {group.key: group for group in human_groups(study)}
    named = [*design.n_seats, *(key for rule in design.rules for key in rule.groups)]
    _refuse(named, groups, _("This study has no group “%(group)s”."))
    factors = Factor.objects.filter(study=study)
    if not sees_hidden:
        factors = factors.filter(is_hidden=False)
    asked = [rule.factor for rule in design.rules] + ([design.conditions] if design.conditions else [])
    _refuse(asked, set(factors.values_list("key", flat=True)), _("This study has no factor “%(factor)s”."))
    seats = {
        key: design.n_seats.get(key) or max(group.n_raters, quotas.get(key, 0))  # type: ignore[attr-defined]
        for key, group in groups.items()
    }
    return replace(design, n_seats=seats)


def _refuse(names: Iterable[str], known: Iterable[str], words: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise DomainError(Code.INVALID, words % {"group": unknown[0], "factor": unknown[0]})
