"""Plans: from a design and a seed to slots; opening and closing a stage."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.db import transaction

from annotation.audit import record
from annotation.design.pool import pool_keys
from annotation.errors import Code, DomainError
from annotation.models import Group, Item, Plan, PlanQuota, RubricVersion, Slot, Study, User

CHUNK = 2000


def _checked_quotas(study: Study, quotas: Mapping[str, int]) -> dict[Group, int]:
    groups = {group.key: group for group in Group.objects.filter(study=study)}
    unknown = sorted(set(quotas) - set(groups))
    if unknown:
        raise DomainError(Code.INVALID, f"This study has no group {', '.join(unknown)}.")
    wanted = {groups[key]: n for key, n in quotas.items() if n > 0}
    if not wanted:
        raise DomainError(Code.INVALID, "Ask for at least one rating per item from at least one group.")
    if any(group.kind == Group.Kind.JUDGE for group in wanted):
        raise DomainError(Code.INVALID, "Judge models do not rate in the browser: import their ratings.")
    return wanted


def _slots(plan: Plan, items: list[Item], quotas: Mapping[Group, int]) -> Iterator[Slot]:
    keys = pool_keys(plan.seed, len(items))
    for item, key in zip(items, keys, strict=True):
        for group, per_item in quotas.items():
            for number in range(1, per_item + 1):
                yield Slot(
                    plan=plan,
                    item=item,
                    group=group,
                    rubric_version=plan.rubric_version,
                    number=number,
                    random_key=key,
                )


def make_plan(
    study: Study,
    *,
    actor: User,
    stage: str,
    rubric_version: RubricVersion,
    quotas: Mapping[str, int],
    seed: int | None = None,
    items: Iterable[Item] | None = None,
) -> Plan:
    """A plan with a slot for every rating wanted.

    Args:
        quotas: ratings per item by group key.
        seed: decides the order of items; drawn and stored when not given.
        items: the items to rate; all that have a text when not given.

    Raises:
        DomainError: unpublished rubric, unknown group, nothing to rate, a second plan of the stage.
    """
    if rubric_version.state != RubricVersion.State.PUBLISHED:
        raise DomainError(Code.STATE_FORBIDS, "Publish the rubric first: raters must not see it change.")
    wanted = _checked_quotas(study, quotas)
    chosen = list(Item.objects.claimable().filter(study=study) if items is None else items)
    if not chosen:
        raise DomainError(Code.STATE_FORBIDS, "There are no items with a text to rate yet.")
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        if Plan.objects.filter(study=study, stage=stage).exclude(state=Plan.State.CLOSED).exists():
            raise DomainError(Code.STATE_FORBIDS, f"This study already has a {stage} stage under way.")
        plan = Plan.objects.create(
            study=study,
            stage=stage,
            rubric_version=rubric_version,
            seed=secrets.randbelow(2**53) if seed is None else seed,
        )
        PlanQuota.objects.bulk_create(PlanQuota(plan=plan, group=g, per_item=n) for g, n in wanted.items())
        slots = _slots(plan, chosen, wanted)
        while chunk := list(islice(slots, CHUNK)):
            Slot.objects.bulk_create(chunk)
        quotas_told = {group.key: n for group, n in wanted.items()}
        record(
            "plan.made", actor=actor, study=study, about=plan, stage=stage, seed=plan.seed, quotas=quotas_told
        )
        return plan


def open_plan(plan: Plan, *, actor: User) -> Plan:
    """Start a stage. Stages never run together: the open one must be closed first."""
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=plan.study_id)
        other = Plan.objects.filter(study=plan.study_id, state=Plan.State.OPEN).exclude(pk=plan.pk).first()
        if other is not None:
            raise DomainError(
                Code.STATE_FORBIDS,
                f"Close the {other.get_stage_display().lower()} stage first: stages never mix.",
            )
        plan.state = Plan.State.OPEN
        plan.save(update_fields=["state"])
        record("plan.opened", actor=actor, study=plan.study, about=plan, stage=plan.stage)
        return plan


def close_plan(plan: Plan, *, actor: User) -> Plan:
    """End a stage. Claims in hand may still be submitted; nothing new is handed out."""
    with transaction.atomic():
        plan.state = Plan.State.CLOSED
        plan.save(update_fields=["state"])
        record("plan.closed", actor=actor, study=plan.study, about=plan, stage=plan.stage)
        return plan
