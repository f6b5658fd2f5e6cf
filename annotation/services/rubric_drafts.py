"""A rubric that is being written: begun, changed step by step, taken a step back."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.design.rubric_document import Document, Edit, blank_document, free_key
from annotation.errors import Code, DomainError
from annotation.imports.checks.rubric import draft_defects
from annotation.models import DraftStep, Rubric, RubricVersion, Study, User
from annotation.services.rubric_rows import document_digest, write_rows
from annotation.services.rubrics import new_version

# Steps that can be taken back; a document of many questions has some 40 kB.
MAX_STEPS = 50


def start_rubric(study: Study, *, actor: User, name: str, language: str = "en") -> RubricVersion:
    """An empty rubric of the study, to be written question by question.

    Raises:
        DomainError: INVALID without a name.
    """
    if not name.strip():
        raise DomainError(Code.INVALID, _("Give the rubric a name."))
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        taken = set(Rubric.objects.filter(study=study).values_list("key", flat=True))
        key = free_key(slugify(name)[:60].strip("-") or "rubric", taken)
        version = new_version(study, blank_document(key, name.strip(), language))
        record("rubric.begun", actor=actor, study=study, about=version, number=version.number)
        return version


def begin_draft(version: RubricVersion, *, actor: User) -> RubricVersion:
    """The next version, as a draft with the same contents; the one that was begun so and not changed yet.

    Raises:
        DomainError: STATE_FORBIDS for a version without a document.
    """
    if not version.document:
        raise DomainError(Code.STATE_FORBIDS, _("This version was loaded before documents were kept."))
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=version.rubric.study_id)
        same = RubricVersion.objects.filter(rubric=version.rubric_id, state=RubricVersion.State.DRAFT)
        untouched = same.filter(digest=document_digest(version.document)).order_by("-number").first()
        if untouched is not None:
            return untouched
        draft = new_version(version.rubric.study, version.document)
        record(
            "rubric.begun",
            actor=actor,
            study=version.rubric.study,
            about=draft,
            number=draft.number,
            like=version.number,
        )
        return draft


def edit_draft(
    version: RubricVersion, edit: Edit, *, actor: User, deed: str, about: str = ""
) -> RubricVersion:
    """Change a draft's document; what it was before can be brought back. Without a difference: nothing.

    Args:
        edit: makes the new document from the one that stands there now.
        deed, about: what was done to what, such as “moved” and the question's key.

    Raises:
        DomainError: INVALID with every defect that even a draft may not have; STATE_FORBIDS once published.
    """
    with transaction.atomic():
        locked = _locked_draft(version)
        document = edit(locked.document)
        if document == locked.document:
            return locked
        defects = draft_defects(document)
        if defects:
            raise DomainError(Code.INVALID, _("This cannot be kept as it is."), defects)
        DraftStep.objects.create(version=locked, document=locked.document, deed=deed[:20], about=about[:60])
        kept = DraftStep.objects.filter(version=locked).order_by("-id")[:MAX_STEPS].values("pk")
        DraftStep.objects.filter(version=locked).exclude(
            pk__in=list(kept.values_list("pk", flat=True))
        ).delete()
        _rewrite(locked, document)
        _record_edit(locked, deed, about, actor)
        return locked


def undo_draft(version: RubricVersion, *, actor: User) -> DraftStep:
    """Take the last change of a draft back. Returns the step that was taken back.

    Raises:
        DomainError: STATE_FORBIDS where there is nothing to take back.
    """
    with transaction.atomic():
        locked = _locked_draft(version)
        step = DraftStep.objects.filter(version=locked).order_by("-id").first()
        if step is None:
            raise DomainError(Code.STATE_FORBIDS, _("There is nothing to take back."))
        _rewrite(locked, step.document)
        DraftStep.objects.filter(pk=step.pk).delete()
        _record_edit(locked, "undone", step.about, actor)
        return step


def _locked_draft(version: RubricVersion) -> RubricVersion:
    locked = RubricVersion.objects.select_for_update().select_related("rubric__study").get(pk=version.pk)
    if locked.state != RubricVersion.State.DRAFT:
        raise DomainError(
            Code.STATE_FORBIDS, _("A published version never changes: start a new version from it.")
        )
    if not locked.document:
        raise DomainError(Code.STATE_FORBIDS, _("This version was loaded before documents were kept."))
    return locked


def _rewrite(version: RubricVersion, document: Document) -> None:
    write_rows(version, document)
    if not version.rubric.versions.exclude(pk=version.pk).exists():
        Rubric.objects.filter(pk=version.rubric_id).update(name=document["name"])


def _record_edit(version: RubricVersion, deed: str, about: str, actor: User) -> None:
    told = {"number": version.number, "deed": deed, "question": about, "digest": version.digest}
    record("rubric.edited", actor=actor, study=version.rubric.study, about=version, **told)
