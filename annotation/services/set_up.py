"""What the guided set-up does in one go: begin a study with its groups; say who cares for raters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from annotation.audit import record
from annotation.models import Group, Study, User
from annotation.services.leaving import set_data_terms
from annotation.services.safeguarding import name_lead
from annotation.services.studies import add_group, create_study, update_study


@dataclass(frozen=True)
class GroupWish:
    """A group as somebody wants it. A `key` that the study has already: only its `words` are kept."""

    name: str
    words: str
    key: str = ""
    singular: str = ""


def begin_study(*, actor: User, title: str, purpose: str, groups: Iterable[GroupWish]) -> Study:
    """A new study in draft with the groups that are to rate.

    Raises:
        DomainError: INVALID without a title, or where two groups have one name.
    """
    with transaction.atomic():
        study = create_study(actor=actor, title=title, purpose=purpose)
        keep_groups(study, groups, actor=actor)
        return study


def keep_groups(study: Study, wished: Iterable[GroupWish], *, actor: User) -> list[Group]:
    """Add groups, and change what groups are told about their part.

    Raises:
        DomainError: INVALID where the study has a group of that name.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        known = {group.key: group for group in Group.objects.filter(study=study)}
        return [_kept(study, wish, known.get(wish.key), actor) for wish in wished]


def _kept(study: Study, wish: GroupWish, group: Group | None, actor: User) -> Group:
    if group is None:
        fields = {"name": wish.name, "key": wish.key, "singular": wish.singular, "words": wish.words}
        return add_group(study, actor=actor, **fields)
    if group.words != wish.words:
        group.words = wish.words
        group.save(update_fields=["words"])
        record("group.described", actor=actor, study=study, about=group, key=group.key)
    return group


def describe_care(
    study: Study,
    *,
    actor: User,
    now: datetime,
    support_title: str,
    support_text: str,
    contact: str,
    lead: dict[str, str],
) -> Study:
    """Whom raters can turn to, who answers questions, and who answers for safeguarding.

    Raises:
        DomainError: INVALID where one of what must be said of the safeguarding lead is missing.
    """
    kept: dict[str, Any] = {name: getattr(study, name) for name in ("title", "purpose", "claim_minutes")}
    with transaction.atomic():
        update_study(study, actor=actor, support_title=support_title, support_text=support_text, **kept)
        freeze = study.data_freeze_at
        set_data_terms(study, actor=actor, contact=contact, data_freeze_at=freeze, now=now)
        name_lead(study, actor=actor, **lead)
        return study
