"""Leases: one process at a time does a thing, and when it dies another takes over by itself.

A row, not an advisory lock: it works on SQLite too, outlives a lost connection, and is left alone by
poolers that give every transaction another connection. Time is the database's, so that hosts need not
agree on theirs.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from annotation.models import Lease


def hold_lease(name: str, *, holder: str, seconds: float) -> bool:
    """Take the lease, or keep it, for so many seconds from now; False while somebody else has it."""
    Lease.objects.get_or_create(name=name, defaults={"expires_at": Now(), "renewed_at": Now()})
    mine = Lease.objects.filter(name=name).filter(Q(holder=holder) | Q(expires_at__lte=Now()))
    until = models.ExpressionWrapper(Now() + timedelta(seconds=seconds), output_field=models.DateTimeField())
    # A conditional update of one row: of two that ask at the same moment one changes it.
    return mine.update(holder=holder, expires_at=until, renewed_at=Now()) == 1


def give_lease_back(name: str, *, holder: str) -> None:
    """The next one need not wait until it runs out."""
    Lease.objects.filter(name=name, holder=holder).update(holder="", expires_at=Now())
