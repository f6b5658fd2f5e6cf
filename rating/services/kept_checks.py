"""What the check before the preview keeps of a large file of items, so that writing need not read it again.

Only of items alone, without defects, all of them new. It is taken for checked while the files, the options
and the checks themselves are the same and nothing has touched it; otherwise the files are read once more.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from annotation.imports.checks.identifier_step import Findings
from annotation.imports.checks.items import check_kept
from annotation.imports.checks.kept_items import KeptItems, Scratch, checks_version
from annotation.imports.checks.report import CheckReport
from annotation.models import ImportBatch
from annotation.services.item_imports import known_items
from annotation.services.staging import note_in_report
from rating.services.import_checks import CheckedImport, Scanned
from rating.services.import_sources import ITEMS_FILE, ImportOptions
from rating.services.leftovers import drop_leftovers

_PREFIX = "checked"


def _folder(batch: ImportBatch) -> str:
    return f"imports/{batch.code}"


def keep_checked(batch: ImportBatch, checked: CheckedImport) -> None:
    """Keep the items beside the files, under a name that no other attempt has. What was kept before goes."""
    forget_kept(batch)
    scratch = checked.items.file
    has_other = checked.ratings.rows or checked.bare_items or checked.n_items_known
    if scratch is None or has_other or not checked.report.is_clean():
        return
    scratch.file.seek(0)
    name = f"{_folder(batch)}/{_PREFIX}-{secrets.token_hex(4)}.arrow"
    name = default_storage.save(name, File(scratch.file))
    told = {"name": name, "n": len(checked.items), "digest": _digest(name), **_circumstances(batch)}
    note_in_report(batch, kept=told)


def _circumstances(batch: ImportBatch) -> dict[str, Any]:
    """What the outcome of a check depends on, the study apart."""
    return {"files": batch.file_digest, "options": batch.report["options"], "checks": checks_version()}


def _digest(name: str) -> str:
    digest = hashlib.sha256()
    with default_storage.open(name) as file:
        for piece in file.chunks(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def checked_again(batch: ImportBatch, options: ImportOptions) -> CheckedImport | None:
    """The kept items, compared once more with what the study has by now; None where none can be used."""
    items = _kept(batch)
    if items is None:
        return None
    stored, report = batch.report["found"], CheckReport(batch.report.get("items_name") or ITEMS_FILE)
    report.n_repairs, report.left_out = stored["n_repairs"], Counter(stored["left_out"])
    found = check_kept(items, known_items(batch.study), report)
    checked = CheckedImport(report, options, items=found.rows, n_items_known=found.n_known)
    scanned = Scanned(Findings.from_json(batch.report["findings"]), n_new=len(items), n_known=0)
    checked.findings = scanned.findings_in(found)
    return checked


def _kept(batch: ImportBatch) -> KeptItems | None:
    told = batch.report.get("kept") or {}
    if not batch.report.get("is_checked") or not told.items() >= _circumstances(batch).items():
        return None
    try:
        if _digest(told["name"]) != told["digest"]:
            return None
        return KeptItems(file=Scratch(default_storage.open(told["name"]).file), n=told["n"])
    except FileNotFoundError:
        return None


def forget_kept(batch: ImportBatch) -> None:
    """Delete what any attempt has kept."""
    drop_leftovers(_folder(batch), _PREFIX)
    if batch.report.get("kept"):
        note_in_report(batch, kept=None)
