"""Items with known answers: which they are, their keys, and opening practice and qualification."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.known_answers import KeyInput
from annotation.models import (
    CheckSettings,
    GoldKey,
    Item,
    KeyedItem,
    PassMark,
    Plan,
    RubricVersion,
    Slot,
    Study,
    User,
)
from annotation.queries.clearance import settings_of
from annotation.services.items import NewItem, add_item
from annotation.services.plans import open_plan
from annotation.services.stages import LARGEST_SEED

Use = KeyedItem.Use
# Whose answers raters learn, or by which they are examined: no item of the study proper.
APART = (Use.PRACTICE, Use.QUALIFICATION, Use.ATTENTION)
USES = {Plan.Stage.TRAINING.value: Use.PRACTICE, Plan.Stage.QUALIFICATION.value: Use.QUALIFICATION}


def keep_item(study: Study, item: Item, *, actor: User, use: str) -> KeyedItem:
    """Set an item aside for practice, qualification or checks.

    Raises:
        DomainError: STATE_FORBIDS: it has a use already, is planned for rating, or is too heavy to check by.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        earlier = KeyedItem.objects.filter(item=item).first()
        if earlier is not None and earlier.use == use:
            return earlier
        _refuse_unfit(item, earlier, use)
        last = KeyedItem.objects.filter(study=study).aggregate(last=Max("position"))["last"] or 0
        keyed = KeyedItem.objects.create(study=study, item=item, use=use, position=last + 1)
        record("known_item.added", actor=actor, study=study, about=item, use=use)
        return keyed


def _refuse_unfit(item: Item, earlier: KeyedItem | None, use: str) -> None:
    if earlier is not None:
        raise DomainError(Code.STATE_FORBIDS, _("This item has another use already: take that away first."))
    if not item.has_text:
        raise DomainError(Code.STATE_FORBIDS, _("This item has no text to show."))
    if use != Use.PRACTICE and (item.is_heavy or item.content_notes):
        raise DomainError(
            Code.STATE_FORBIDS,
            _("Nobody is examined or checked by a heavy item or one with a content note: choose another."),
        )
    if use in APART and Slot.objects.filter(item=item).exists():
        raise DomainError(
            Code.STATE_FORBIDS, _("This item is planned for rating: raters must not learn its answer.")
        )


def release_item(keyed: KeyedItem, *, actor: User) -> None:
    """Take an item's use away, with its keys. What raters have met stays set aside."""
    with transaction.atomic():
        own = Slot.objects.filter(item=keyed.item_id).exclude(
            purpose__in=[Slot.Purpose.QUOTA, Slot.Purpose.SURPLUS]
        )
        if own.exclude(purpose=Slot.Purpose.REPEAT).exists():
            raise DomainError(Code.STATE_FORBIDS, _("Raters have met this item already: it stays set aside."))
        record("known_item.removed", actor=actor, study=keyed.study, about=keyed.item, use=keyed.use)
        keyed.delete()


def write_keys(keyed: KeyedItem, keys: Sequence[KeyInput], *, actor: User) -> list[GoldKey]:
    """The item's keys from now on. Ratings given before are compared with them too."""
    with transaction.atomic():
        GoldKey.objects.filter(keyed=keyed).delete()
        made = GoldKey.objects.bulk_create(GoldKey(keyed=keyed, **vars(key)) for key in keys)
        record("known_item.keyed", actor=actor, study=keyed.study, about=keyed.item, n_keys=len(made))
        return made


@dataclass(frozen=True)
class AttentionCard:
    """A card that looks like an item and says what to choose: `value` for each of `questions`."""

    conversation: str
    response: str
    questions: Sequence[str]
    value: float


def add_attention_check(study: Study, card: AttentionCard, *, actor: User) -> KeyedItem:
    with transaction.atomic():
        item = add_item(study, NewItem(card.conversation, card.response), actor=actor)
        keyed = keep_item(study, item, actor=actor, use=Use.ATTENTION)
        target = "response:1" if card.response.strip() else "item"
        keys = [KeyInput(question, target, value=card.value) for question in card.questions]
        write_keys(keyed, keys, actor=actor)
        return keyed


def write_settings(study: Study, *, actor: User, **values: Any) -> CheckSettings:
    """Numbers of tries, rates of checks, and whether raters see their own consistency."""
    with transaction.atomic():
        settings, _new = CheckSettings.objects.update_or_create(study=study, defaults=values)
        record("checks.set", actor=actor, study=study, **values)
        return settings


def write_pass_marks(study: Study, marks: Iterable[PassMark], *, actor: User) -> None:
    """What qualification asks of each question; a question without a mark is not asked about."""
    with transaction.atomic():
        PassMark.objects.filter(study=study).delete()
        made = PassMark.objects.bulk_create(marks)
        told = {mark.question_key: [mark.rule, mark.share, mark.distance] for mark in made}
        record("pass_marks.set", actor=actor, study=study, marks=told)


def start_training(study: Study, *, actor: User, stage: str, rubric_version: RubricVersion) -> Plan:
    """Open practice or qualification: from now on it stands before the study's own items.

    Raises:
        DomainError: INVALID with one sentence for everything that is missing.
    """
    missing = lacking(study, stage)
    if missing:
        raise DomainError(Code.INVALID, _("Something is missing before this can start."), missing)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        earlier = Plan.objects.filter(study=study, stage=stage, rubric_version=rubric_version)
        plan = earlier.order_by("-id").first() or Plan.objects.create(
            study=study,
            stage=stage,
            rubric_version=rubric_version,
            seed=secrets.randbelow(LARGEST_SEED + 1),
        )
        return open_plan(plan, actor=actor)


def lacking(study: Study, stage: str) -> list[str]:
    """What stands in the way of opening practice or qualification, as sentences."""
    use = USES[stage]
    keyed = list(
        KeyedItem.objects.filter(study=study, use=use).select_related("item").prefetch_related("keys")
    )
    bare = [one.item.external_id for one in keyed if not one.keys.all()]
    found = []
    if not keyed:
        found.append(_("Choose at least one item."))
    if bare:
        found.append(_("These items have no known answers yet: %(items)s.") % {"items": ", ".join(bare)})
    if use == Use.QUALIFICATION:
        found += _lacking_qualification(study, keyed)
    return found


def _lacking_qualification(study: Study, keyed: Sequence[KeyedItem]) -> list[str]:
    settings = settings_of(study)
    needed = settings.n_per_try * settings.max_tries
    found = []
    if len(keyed) < needed:
        found.append(
            _("%(tries)s tries with %(n)s other items each need %(needed)s items; there are %(there)s.")
            % {
                "tries": settings.max_tries,
                "n": settings.n_per_try,
                "needed": needed,
                "there": len(keyed),
            }
        )
    marks = list(PassMark.objects.filter(study=study))
    if not marks:
        found.append(_("Set a pass mark for at least one question."))
    for mark in marks:
        found += _unkeyed(mark, keyed)
    return found


def _unkeyed(mark: PassMark, keyed: Sequence[KeyedItem]) -> list[str]:
    by_panel = mark.rule == PassMark.Rule.PANEL
    without = [
        one.item.external_id
        for one in keyed
        if not any(
            key.question_key == mark.question_key and (key.panel_mean is not None or not by_panel)
            for key in one.keys.all()
        )
    ]
    if not without:
        return []
    what = _("panel's mean") if by_panel else _("known answer")
    return [
        _("The pass mark of “%(question)s” needs a %(what)s on every item; missing on %(items)s.")
        % {"question": mark.question_key, "what": what, "items": ", ".join(without)}
    ]


def question_keys(version: RubricVersion) -> Mapping[str, str]:
    """Texts of the version's questions by key, in their order."""
    return dict(version.questions.order_by("position").values_list("key", "text"))
