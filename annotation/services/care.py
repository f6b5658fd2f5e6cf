"""What a study does for its raters: prompts, numbers, how long wellbeing data are kept."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import CareSettings, Study, User

# A week is summed up when it is over; what is deleted before would be missing from its totals.
MIN_RETENTION = 14


def update_care(
    study: Study,
    *,
    actor: User,
    break_minutes: int,
    break_heavy_items: int,
    checkin_every: int,
    checkin_number: int,
    retention_days: int,
    debrief: str,
) -> CareSettings:
    """Change what the study does for its raters. 0 switches a prompt off."""
    if not 0 <= checkin_number <= 100:
        raise DomainError(Code.INVALID, _("The number that a check-in must exceed is between 0 and 100."))
    if retention_days < MIN_RETENTION:
        raise DomainError(
            Code.INVALID, _("Wellbeing data are kept for %(n)s days at least.") % {"n": MIN_RETENTION}
        )
    numbers = {
        "break_minutes": break_minutes,
        "break_heavy_items": break_heavy_items,
        "checkin_every": checkin_every,
        "checkin_number": checkin_number,
        "retention_days": retention_days,
    }
    with transaction.atomic():
        care, _made = CareSettings.objects.update_or_create(
            study=study, defaults={**numbers, "debrief": debrief.strip()}
        )
        record("care.described", actor=actor, study=study, about=study, **numbers)
        return care
