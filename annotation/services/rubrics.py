"""Rubrics: read a pack document, make a draft version, publish it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.rubric_changes import changes_between, is_words_only
from annotation.errors import Code, DomainError
from annotation.imports.checks.rubric import rubric_defects
from annotation.models import DraftStep, Plan, Question, Rubric, RubricVersion, Slot, Study, User
from annotation.queries.rubrics import plans_to_move, published_before
from annotation.services.rubric_rows import document_digest, write_rows


def load_rubric(study: Study, document: dict[str, Any], *, actor: User) -> RubricVersion:
    """A draft version from a pack document (docs/data-formats.md, "Rubric").

    The same document again returns the version it made before.

    Raises:
        DomainError: INVALID_FILE with every defect of the document.
    """
    defects = rubric_defects(document)
    if defects:
        raise DomainError(Code.INVALID_FILE, _("This rubric cannot be used as it is."), defects)
    digest = document_digest(document)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        same = RubricVersion.objects.filter(rubric__study=study, digest=digest)
        earlier = same.order_by("number", "pk").first()
        if earlier is not None:
            return earlier
        version = new_version(study, document)
        record("rubric.loaded", actor=actor, study=study, about=version, digest=digest)
        return version


def new_version(study: Study, document: dict[str, Any]) -> RubricVersion:
    """The next version of the document's rubric, a draft with its rows. Inside the caller's transaction."""
    rubric, _ = Rubric.objects.get_or_create(
        study=study, key=document["key"], defaults={"name": document["name"]}
    )
    last = RubricVersion.objects.filter(rubric=rubric).aggregate(last=Max("number"))["last"] or 0
    version = RubricVersion(rubric=rubric, number=last + 1)
    write_rows(version, document)
    return version


def publish_rubric(
    version: RubricVersion,
    *,
    actor: User,
    signed_off_by: str = "",
    equivalence_reason: str = "",
    hands_out: bool = False,
) -> RubricVersion:
    """Freeze a version. Publishing it twice changes nothing.

    Args:
        equivalence_reason: why it only corrects words of the version published before it; the two then mean
            the same, and analyses put their ratings together.
        hands_out: places that nobody has taken in stages under way get this version; what is taken or done
            keeps the version that was shown.

    Raises:
        DomainError: the document has defects, or asks for somebody's approval and nobody is named; INVALID
            where more than words has changed and it is declared a correction all the same.
    """
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=version.rubric.study_id)
        locked = RubricVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state == RubricVersion.State.PUBLISHED:
            return locked
        _refuse_unready(locked, signed_off_by)
        locked.signed_off_by = signed_off_by.strip()[:200] if locked.sign_off else ""
        locked.equivalence_reason = equivalence_reason.strip()
        if locked.equivalence_reason:
            locked.equivalent_to = _corrected(locked)
        locked.state = RubricVersion.State.PUBLISHED
        locked.published_at = timezone.now()
        locked.save()
        DraftStep.objects.filter(version=locked).delete()
        if locked.document:
            Rubric.objects.filter(pk=locked.rubric_id).update(name=locked.document["name"])
        n_moved = _hand_out(locked) if hands_out else 0
        record(
            "rubric.published", actor=actor, study=locked.rubric.study, about=locked, **_told(locked, n_moved)
        )
        return locked


def _refuse_unready(version: RubricVersion, signed_off_by: str) -> None:
    defects = rubric_defects(version.document) if version.document else []
    if defects:
        raise DomainError(Code.INVALID, _("This draft cannot be published yet."), defects)
    if version.sign_off and not signed_off_by.strip():
        raise DomainError(Code.INVALID, f"Say who has approved this rubric. {version.sign_off}")


def _corrected(version: RubricVersion) -> RubricVersion:
    """The version whose words this one corrects; INVALID where it does more."""
    before = published_before(version)
    if before is None or not before.document:
        raise DomainError(Code.INVALID, _("There is no earlier version whose words could be corrected."))
    if not is_words_only(changes_between(before.document, version.document)):
        raise DomainError(
            Code.INVALID,
            _(
                "More than words has changed, so this is a version of its own: values, points, keys and "
                "rules cannot change in a correction."
            ),
        )
    return before


def _hand_out(version: RubricVersion) -> int:
    """Move what nobody has taken in stages under way to this version; how many places that were."""
    plans = list(plans_to_move(version).select_for_update(of=("self",)).values_list("pk", flat=True))
    Plan.objects.filter(pk__in=plans).update(rubric_version=version)
    free = Slot.objects.filter(plan__in=plans).open_at(timezone.now())
    return free.update(rubric_version=version)


def _told(version: RubricVersion, n_moved: int) -> dict[str, Any]:
    """What the audit trail keeps of a publication."""
    told: dict[str, Any] = {"number": version.number, "n_moved": n_moved}
    if version.signed_off_by:
        told["signed_off_by"] = version.signed_off_by
    if version.equivalent_to is not None:
        told |= {"corrects": version.equivalent_to.number, "reason": version.equivalence_reason}
    return told


def discard_rubric(version: RubricVersion, *, actor: User) -> None:
    """Take a draft away that no stage is planned with.

    Raises:
        DomainError: STATE_FORBIDS for a published version, or one that a stage uses.
    """
    with transaction.atomic():
        locked = RubricVersion.objects.select_for_update().get(pk=version.pk)
        if (
            locked.state == RubricVersion.State.PUBLISHED
            or Plan.objects.filter(rubric_version=locked).exists()
        ):
            raise DomainError(Code.STATE_FORBIDS, _("Only a draft that no stage uses can be taken away."))
        rubric, number = locked.rubric, locked.number
        record("rubric.discarded", actor=actor, study=rubric.study, about=locked, number=number)
        Question.objects.filter(version=locked).delete()
        locked.delete()
        if not rubric.versions.exists():
            rubric.delete()
