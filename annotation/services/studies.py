"""Studies: make them, describe them, open, pause and close them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import (
    ConsentTick,
    ConsentVersion,
    Group,
    Member,
    Plan,
    Role,
    RoleGrant,
    SafeguardingLead,
    Study,
    User,
)
from annotation.services.consent_ticks import Tick, checked_ticks
from annotation.services.record_lock import refuse_locked


def create_study(
    *,
    actor: User,
    title: str,
    purpose: str = "",
    notice: str = "",
    is_invented: bool = False,
    support_title: str = "",
    support_text: str = "",
    source_key: str = "",
) -> Study:
    """A new study in draft; the actor becomes its owner."""
    if not title.strip():
        raise DomainError(Code.INVALID, _("A study needs a title."))
    with transaction.atomic():
        study = Study.objects.create(
            title=title.strip(),
            purpose=purpose,
            notice=notice,
            is_invented=is_invented,
            support_title=support_title,
            support_text=support_text,
            source_key=source_key,
        )
        member = Member.objects.create(study=study, user=actor)
        RoleGrant.objects.create(member=member, role=Role.OWNER)
        record("study.created", actor=actor, study=study, about=study)
        return study


def update_study(
    study: Study,
    *,
    actor: User,
    title: str,
    purpose: str,
    support_title: str,
    support_text: str,
    claim_minutes: int,
) -> Study:
    if not title.strip():
        raise DomainError(Code.INVALID, _("A study needs a title."))
    with transaction.atomic():
        study.title = title.strip()
        study.purpose = purpose
        study.support_title = support_title
        study.support_text = support_text
        study.claim_minutes = claim_minutes
        study.save(update_fields=["title", "purpose", "support_title", "support_text", "claim_minutes"])
        record("study.described", actor=actor, study=study, about=study, claim_minutes=claim_minutes)
        return study


def add_group(
    study: Study,
    *,
    actor: User,
    name: str,
    key: str = "",
    singular: str = "",
    kind: str = Group.Kind.HUMAN,
    words: str = "",
) -> Group:
    key = key or slugify(name)[:40]
    with transaction.atomic():
        if not key or Group.objects.filter(study=study, key=key).exists():
            raise DomainError(
                Code.INVALID,
                _("This study already has a group “%(name)s”, or the name is empty.") % {"name": name},
            )
        last = Group.objects.filter(study=study).aggregate(last=Max("position"))["last"] or 0
        group = Group.objects.create(
            study=study,
            key=key,
            name=name,
            singular=singular or name,
            kind=kind,
            words=words,
            position=last + 1,
        )
        record("group.added", actor=actor, study=study, about=group, key=key, group_kind=kind)
        return group


def publish_consent(
    study: Study,
    *,
    actor: User,
    title: str,
    body: str,
    ticks: Sequence[Tick] | None = None,
    language: str = "en",
    changes: str = "",
) -> ConsentVersion:
    """A new version of the consent text; raters are asked again before their next item.

    Raises:
        DomainError: INVALID where the text is empty or a tick cannot be used.
    """
    if not body.strip():
        raise DomainError(Code.INVALID, _("A consent text cannot be empty."))
    checked = checked_ticks(ticks)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        last = ConsentVersion.objects.filter(study=study).aggregate(last=Max("number"))["last"] or 0
        version = ConsentVersion.objects.create(
            study=study, number=last + 1, title=title, body=body, language=language, changes=changes.strip()
        )
        for position, tick in enumerate(checked, start=1):
            ConsentTick.objects.create(
                version=version,
                position=position,
                key=tick.key,
                words=tick.words,
                is_required=tick.is_required,
            )
        record("consent.published", actor=actor, study=study, about=version, number=version.number)
        return version


# From which state a study may go to which.
TRANSITIONS: dict[str, frozenset[str]] = {
    Study.State.DRAFT: frozenset({Study.State.OPEN}),
    Study.State.OPEN: frozenset({Study.State.PAUSED, Study.State.CLOSED}),
    Study.State.PAUSED: frozenset({Study.State.OPEN, Study.State.CLOSED}),
    Study.State.CLOSED: frozenset({Study.State.OPEN}),
}


def _refuse_unready(study: Study) -> None:
    missing = []
    if not Plan.objects.of_work().filter(study=study, state=Plan.State.OPEN, slots__isnull=False).exists():
        missing.append(_("Start a stage (pilot or main) under “Plan”, so that there is something to rate."))
    if not ConsentVersion.objects.filter(study=study).exists():
        missing.append(_("Write a consent text under “Settings”."))
    if not study.support_text.strip():
        missing.append(_("Write whom raters can turn to under “Settings”: raters read distressing texts."))
    if not SafeguardingLead.objects.filter(study=study).exists():
        missing.append(_("Name who answers for safeguarding under “Ethics”."))
    if missing:
        raise DomainError(Code.STATE_FORBIDS, _("This study cannot open yet."), missing)


def change_state(study: Study, state: str, *, actor: User) -> Study:
    """Open, pause, close or re-open. Asking for the state it has changes nothing."""
    with transaction.atomic():
        locked = Study.objects.select_for_update().get(pk=study.pk)
        if locked.state == state:
            return locked
        if state not in TRANSITIONS[locked.state]:
            raise DomainError(
                Code.STATE_FORBIDS,
                f"A study that is {locked.get_state_display().lower()} cannot become {state}.",
            )
        if state == Study.State.OPEN:
            refuse_locked(locked)
            _refuse_unready(locked)
        before, locked.state = locked.state, state
        locked.save(update_fields=["state"])
        record("study.state_changed", actor=actor, study=locked, about=locked, before=before, after=state)
        return locked
