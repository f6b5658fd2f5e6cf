"""Consent to a versioned text."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import Consent, ConsentVersion, Rater, User


def give_consent(rater: Rater, version: ConsentVersion, *, actor: User) -> Consent:
    """Store agreement to this version. Giving it twice changes nothing; an old version is refused."""
    with transaction.atomic():
        newest = ConsentVersion.objects.filter(study=rater.study).order_by("-number").first()
        if newest is None or newest.pk != version.pk:
            raise DomainError(
                Code.STALE_REVISION, "The consent text has changed since you opened it. Please read it again."
            )
        consent, is_new = Consent.objects.get_or_create(
            rater=rater, version=version, defaults={"given_at": timezone.now()}
        )
        if is_new:
            record("consent.given", actor=actor, study=rater.study, about=rater, number=version.number)
        return consent
