"""Plans: from a design and a seed to slots; opening and closing a stage."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.eligibility import stored
from annotation.errors import Code, DomainError
from annotation.models import Group, Item, Plan, PlanQuota, QueueCursor, RubricVersion, Slot, Study, User
from annotation.queries.designs import Design, Drafted, drafted
from annotation.services.planned_slots import CHUNK, first_slots, write_slots

POOL_DESIGN = Design()


def checked_quotas(study: Study, quotas: Mapping[str, int]) -> dict[Group, int]:
    groups = {group.key: group for group in Group.objects.filter(study=study)}
    unknown = sorted(set(quotas) - set(groups))
    if unknown:
        raise DomainError(Code.INVALID, f"This study has no group {', '.join(unknown)}.")
    wanted = {groups[key]: n for key, n in quotas.items() if n > 0}
    if not wanted:
        raise DomainError(Code.INVALID, _("Ask for at least one rating per item from at least one group."))
    if any(group.kind == Group.Kind.JUDGE for group in wanted):
        raise DomainError(Code.INVALID, _("Judge models do not rate in the browser: import their ratings."))
    return wanted


def make_plan(
    study: Study,
    *,
    actor: User,
    stage: str,
    rubric_version: RubricVersion,
    quotas: Mapping[str, int],
    seed: int | None = None,
    items: Iterable[Item] | None = None,
    design: Design = POOL_DESIGN,
) -> Plan:
    """A plan with a slot for every rating wanted.

    Args:
        quotas: ratings per item by group key; with full crossing the group's seats count instead.
        seed: decides the order of items; drawn and stored when not given.
        items: the items to rate; all that have a text when not given.
        design: a pool, or planned sequences with their seats; and who may rate what.

    Raises:
        DomainError: unpublished rubric, unknown group, nothing to rate, a second plan of the stage, a
            design that cannot be.
    """
    if rubric_version.state != RubricVersion.State.PUBLISHED:
        raise DomainError(Code.STATE_FORBIDS, _("Publish the rubric first: raters must not see it change."))
    wanted = checked_quotas(study, quotas)
    chosen = list(Item.objects.plannable().filter(study=study) if items is None else items)
    if not chosen:
        raise DomainError(Code.STATE_FORBIDS, _("There are no items with a text to rate yet."))
    made = drafted(
        study,
        [item.pk for item in chosen],
        wanted,
        design=design,
        seed=secrets.randbelow(2**53) if seed is None else seed,
    )
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        if Plan.objects.filter(study=study, stage=stage).exclude(state=Plan.State.CLOSED).exists():
            raise DomainError(Code.STATE_FORBIDS, f"This study already has a {stage} stage under way.")
        return _written(study, stage, rubric_version, made, actor)


def _written(study: Study, stage: str, version: RubricVersion, made: Drafted, actor: User) -> Plan:
    plan = Plan.objects.create(
        study=study,
        stage=stage,
        rubric_version=version,
        seed=made.seed,
        design=made.design.kind,
        options=_options(made),
        rules=stored(made.design.rules),
    )
    PlanQuota.objects.bulk_create(
        PlanQuota(plan=plan, group=group, per_item=made.quotas[key]) for key, group in made.groups.items()
    )
    write_slots(first_slots(plan, made))
    told = {"stage": stage, "seed": plan.seed, "quotas": dict(made.quotas)}
    if made.design.is_seated or plan.rules:
        told |= {"design": plan.design, "options": plan.options, "rules": plan.rules}
    record("plan.made", actor=actor, study=study, about=plan, **told)
    return plan


def _options(made: Drafted) -> dict[str, Any]:
    """What the design was made with, as the stage keeps it; items by code."""
    design, options = made.design, dict[str, Any]()
    if made.layout is not None and made.layout.anchors:
        keys = [made.items[place] for place in made.layout.anchors]
        codes = dict(Item.objects.filter(pk__in=keys).values_list("pk", "code"))
        options["anchors"] = [codes[key] for key in keys]
    if design.kind == "batched":
        options["batch_size"] = design.batch_size
    if design.conditions:
        options["conditions"] = design.conditions
    return options


def discard_plan(plan: Plan, *, actor: User) -> None:
    """Delete a stage in which nobody has been handed anything, to plan it anew.

    Raises:
        DomainError: it is open, imported, or somebody has worked in it (409).
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=plan.study_id)
        held = Plan.objects.select_for_update().of_work().filter(pk=plan.pk, batch__isnull=True).first()
        if held is None or held.state == Plan.State.OPEN:
            raise DomainError(Code.STATE_FORBIDS, _("Close the stage first: raters may be at work in it."))
        taken = Slot.objects.filter(plan=plan).exclude(state=Slot.State.OPEN)
        if taken.exists() or QueueCursor.objects.filter(plan=plan).exists():
            raise DomainError(
                Code.STATE_FORBIDS, _("Raters have worked in this stage, so it stays, with what they gave.")
            )
        record("plan.discarded", actor=actor, study=plan.study, about=plan, stage=plan.stage, seed=plan.seed)
        _delete_slots(held)
        held.delete()


def _delete_slots(plan: Plan) -> None:
    """In pieces: Django reads what it deletes."""
    while keys := list(Slot.objects.filter(plan=plan).values_list("pk", flat=True)[:CHUNK]):
        Slot.objects.filter(pk__in=keys).delete()


def open_plan(plan: Plan, *, actor: User) -> Plan:
    """Start a stage. Stages never run together: the open one must be closed first."""
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=plan.study_id)
        others = Plan.objects.filter(study=plan.study_id, state=Plan.State.OPEN).exclude(pk=plan.pk)
        # Practice and qualification run beside the one open stage of work.
        other = (others.filter(stage=plan.stage) if plan.is_training else others.of_work()).first()
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
