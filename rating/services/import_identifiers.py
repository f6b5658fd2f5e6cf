"""What a person decides about names, numbers and addresses in the texts of an import."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.imports.checks.identifier_step import Decisions
from annotation.models import ImportBatch, User
from annotation.services.staging import note_in_report
from rating.services.import_uploads import refuse_if_over


def confirm_identifiers(batch: ImportBatch, decisions: Decisions, *, actor: User) -> ImportBatch:
    """Keep with the batch what happens to each kind, and to items that are exceptions.

    The audit event holds counts alone: neither texts nor names of items.

    Raises:
        DomainError: the import is over or unchecked; a kind that was found is not decided.
    """
    refuse_if_over(batch)
    findings = batch.report.get("findings") or {}
    if not batch.report.get("is_checked"):
        raise DomainError(Code.STATE_FORBIDS, _("The files are still being checked."))
    if set(findings["n_by_kind"]) - set(decisions.kinds):
        raise DomainError(Code.INVALID, _("Please decide about every kind that was found."))
    with transaction.atomic():
        note_in_report(batch, decisions=asdict(decisions))
        record(
            "import.identifiers_decided",
            actor=actor,
            study=batch.study,
            about=batch,
            n_by_kind=findings["n_by_kind"],
            n_items=findings["n_items"],
            kinds=dict(decisions.kinds),
            n_exceptions=len(decisions.items),
        )
    return batch
