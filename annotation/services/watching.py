"""Saying by when a stage should be done."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from annotation.audit import record
from annotation.models import Plan, StageTarget, User


def set_target(plan: Plan, *, actor: User, due_on: date | None) -> None:
    """Set, move or (None) take away the day by which a stage should be done."""
    with transaction.atomic():
        if due_on is None:
            StageTarget.objects.filter(plan=plan).delete()
        else:
            StageTarget.objects.update_or_create(plan=plan, defaults={"due_on": due_on})
        told = due_on.isoformat() if due_on else ""
        record("plan.target_set", actor=actor, study=plan.study, about=plan, due_on=told)
