"""Numbers and figures that were computed for an earlier test from the same snapshot, options and seed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from rating.models import Figure
from rating.reporting.report import Report
from rating.services.figures import draw_figures
from rating.services.numbers import Progress, compute_numbers
from rating.services.options import Options
from rating.services.snapshot_digest import canonical
from rating.services.snapshot_rows import SnapshotTable

Numbers = tuple[dict[str, Any], list[dict[str, Any]]]

_NUMBERS: dict[tuple[str, str, int], Numbers] = {}
_FIGURES: dict[str, list[dict[str, Any]]] = {}
_DRAWN = ("key", "position", "question_key", "title", "description", "spec", "svg", "png", "table")


def kept_numbers(table: SnapshotTable, *, options: Options, seed: int, progress: Progress) -> Numbers:
    """What `compute_numbers` gives, a copy of it the second time."""
    key = (table.digest(), canonical(options.to_dict()), seed)
    if key not in _NUMBERS:
        _NUMBERS[key] = compute_numbers(table, options=options, seed=seed, progress=progress)
    return deepcopy(_NUMBERS[key])


def kept_figures(report: Report, progress: Callable[[float], None]) -> list[Figure]:
    """What `draw_figures` gives, figures of their own the second time."""
    key = canonical([report.results, report.head, str(report.standing)])
    if key not in _FIGURES:
        drawn = draw_figures(report, progress)
        _FIGURES[key] = [{name: getattr(figure, name) for name in _DRAWN} for figure in drawn]
    return [Figure(**deepcopy(fields)) for fields in _FIGURES[key]]
