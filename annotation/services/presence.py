"""Leaving and writing must not pass each other: whoever writes for a rater holds their place first."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.errors import Code, DomainError
from annotation.models import Rater

LEFT = _("You have left this study, so nothing more is taken from you here.")


def is_away(prefix: str = "") -> Q:
    """Raters with a login who have left. `prefix`: the way to the rater from what is asked for."""
    no_member = Q(**{f"{prefix}member__isnull": True}) | Q(**{f"{prefix}member__left_at__isnull": False})
    return Q(**{f"{prefix}origin": Rater.Origin.ACCOUNT}) & no_member


def hold_place(rater: Rater) -> None:
    """Inside a transaction: keep this rater from leaving until it ends; refuse who has left.

    Leaving takes the same row `FOR UPDATE` (`annotation.services.leaving`): it waits for a submission in
    flight and erases it with the rest, and what comes later is refused here. Foreign keys only take a key
    share of the row, which a lock without the key does not block.

    Raises:
        DomainError: STATE_FORBIDS (409) where the rater has left.
    """
    raters = Rater.objects.select_for_update(no_key=True, of=("self",)).filter(pk=rater.pk)
    if raters.exclude(is_away()).only("pk").first() is None:
        raise DomainError(Code.STATE_FORBIDS, str(LEFT))
