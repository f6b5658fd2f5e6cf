"""Every format that an export can have: one module each, named here (see `registered.py`)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from rating.services.export_formats import (
    csv_all,
    csv_long,
    csv_wide,
    jsonl,
    label_studio,
    lewidi,
    matrices,
    parquet_long,
    parquet_wide,
    preferences,
    r_ready,
    spans,
    spss,
    stata,
    timing,
    xlsx,
)
from rating.services.export_formats.registered import ExportFormat

MODULES = (
    csv_all,
    csv_long,
    csv_wide,
    xlsx,
    spss,
    stata,
    r_ready,
    parquet_long,
    parquet_wide,
    jsonl,
    matrices,
    spans,
    timing,
    preferences,
    lewidi,
    label_studio,
)
FORMATS: dict[str, ExportFormat] = {module.FORMAT.key: module.FORMAT for module in MODULES}


def export_format(key: str) -> ExportFormat:
    """The format of this name.

    Raises:
        DomainError: there is none (INVALID).
    """
    if key not in FORMATS:
        raise DomainError(Code.INVALID, _("There is no format of this name."), sorted(FORMATS))
    return FORMATS[key]
