"""What can be taken away from an analysis: figures, tables, all results, the snapshot."""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotation.errors import Code, DomainError
from rating.access import AnalysisAccess, analysed_item_for, analysis_for, figure_for
from rating.models import Analysis, Figure
from rating.plots.svg import draw_png
from rating.queries.report_items import item_drawing
from rating.queries.reports import report_of, table_of
from rating.queries.standing import standing_words
from rating.reporting.contents import all_tables
from rating.reporting.files import table_csv, table_latex, tables_csv
from rating.reporting.report import Report
from rating.reporting.stratum_tables import WITHIN as STRATA
from rating.reporting.tables import Table

TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "tex": "application/x-tex; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
HIDDEN = "You rate in this study: what parts its items may tell who wrote a reply."


def file_response(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="attune-{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def table_file(table: Table, kind: str) -> HttpResponse:
    content = table_latex(table) if kind == "tex" else table_csv(table)
    return file_response(content, kind, table.key)


def _no_such_kind() -> DomainError:
    return DomainError(Code.NOT_FOUND, _("There is no file of this kind."))


@login_required
@require_safe
def analysis_figure(request: HttpRequest, code: str, analysis: str, key: str, kind: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    figure = figure_for(request.user, code, analysis, key)
    refuse_hidden(seen, figure)
    if kind not in {"svg", "png"}:
        raise _no_such_kind()
    return file_response(figure.svg if kind == "svg" else bytes(figure.png), kind, figure.key)


@login_required
@require_safe
def analysis_table(request: HttpRequest, code: str, analysis: str, key: str, kind: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    if kind not in {"csv", "tex"}:
        raise _no_such_kind()
    return table_file(table_of(seen_report(seen), key), kind)


@login_required
@require_safe
def analysis_item_file(
    request: HttpRequest, code: str, analysis: str, item: str, key: str, kind: str
) -> HttpResponse:
    seen, found = analysed_item_for(request.user, code, analysis, item)
    table, svg = item_drawing(report_of(seen.analysis), key, found)
    if kind in {"csv", "tex"}:
        return table_file(table, kind)
    if kind not in {"svg", "png"}:
        raise _no_such_kind()
    return file_response(svg if kind == "svg" else draw_png(svg), kind, table.key)


@login_required
@require_safe
def analysis_results(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    text = json.dumps(_whole(seen.analysis, seen_report(seen)), indent=1, ensure_ascii=False, allow_nan=False)
    return file_response(text, "json", f"analysis-{seen.analysis.code}")


@login_required
@require_safe
def analysis_tables(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    return file_response(
        tables_csv(all_tables(seen_report(seen))), "csv", f"analysis-{seen.analysis.code}-tables"
    )


@login_required
@require_safe
def analysis_snapshot(request: HttpRequest, code: str, analysis: str) -> FileResponse:
    seen = analysis_for(request.user, code, analysis)
    snapshot = seen.analysis.snapshot
    if snapshot is None or not default_storage.exists(snapshot.file_name):
        raise DomainError(Code.NOT_FOUND, _("The frozen ratings are not there."))
    factors = snapshot.description.get("factors", [])
    if not seen.sees_hidden and any(factor["is_hidden"] for factor in factors):
        raise DomainError(Code.NOT_ALLOWED, HIDDEN)
    file = default_storage.open(snapshot.file_name)
    name = f"attune-snapshot-{snapshot.digest[:12]}.parquet"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES["parquet"])


def seen_report(seen: AnalysisAccess) -> Report:
    return report_of(seen.analysis, sees_hidden=seen.sees_hidden)


def hides(report: Report, figure: Figure) -> bool:
    """Whether it is a drawing by strata that may tell those who rate here who wrote a reply."""
    question = report.question(figure.question_key)
    is_parted = figure.key == f"{figure.question_key}-{STRATA}"
    return is_parted and question is not None and report.hides_strata(question)


def refuse_hidden(seen: AnalysisAccess, figure: Figure) -> None:
    if hides(seen_report(seen), figure):
        raise DomainError(Code.NOT_ALLOWED, HIDDEN)


def _whole(analysis: Analysis, report: Report) -> dict[str, object]:
    snapshot = analysis.snapshot
    return {
        "analysis": analysis.code,
        "attune": analysis.software_version,
        "seed": analysis.seed,
        "options": analysis.options,
        "standing": standing_words(report.standing),
        "snapshot": {"digest": snapshot.digest, **snapshot.description} if snapshot else None,
        "log": analysis.log,
        "results": report.visible_results(),
    }
