"""Retention of the access log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from annotation.models import AccessEvent, ErasurePermit


def forget_accesses(*, now: datetime) -> int:
    """Delete entries past `ACCESS_LOG_DAYS`; returns how many. The database lets go only under a permit."""
    with transaction.atomic():
        permit = ErasurePermit.objects.create(reason="Retention of the access log")
        old = AccessEvent.objects.filter(at__lt=now - timedelta(days=settings.ACCESS_LOG_DAYS))
        n = old.delete()[0]
        permit.delete()
        return n
