"""What a report holds beside its numbers: tables and figures as files, single items, raters."""

from __future__ import annotations

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import study_for
from annotation.models import Role
from annotation.scopes import Scope
from api.downloads import CSV, PNG, SVG, TEX, file_answer
from api.endpoint import Endpoint
from api.renderers import AnyFile
from api.schema import documented
from api.serializers.reports import (
    AnalysedItemSerializer,
    FigureEndingSerializer,
    FigureNameSerializer,
    ReadinessSerializer,
    TableEndingSerializer,
    TableNameSerializer,
    TableSerializer,
)
from api.views.papers import ending_of
from rating.access import AnalysisAccess, analysed_item_for, analysed_raters_for, analysis_for, figure_for
from rating.queries.analyses import readiness
from rating.queries.report_items import item_page
from rating.queries.reports import report_of, table_of
from rating.queries.research import figures_of
from rating.reporting.contents import all_tables, raters_at_work
from rating.reporting.files import tables_csv
from rating.reporting.report import Report
from rating.views.report_files import file_response, hides, refuse_hidden, table_file


def _report(seen: AnalysisAccess) -> Report:
    """Of a finished analysis; the 404 of the product before."""
    return report_of(seen.analysis, sees_hidden=seen.sees_hidden)


class Readiness(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_readiness",
        "How much there is to analyse, by group (researcher)",
        answers={200: ReadinessSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(
            ReadinessSerializer(readiness(study_for(request.user, code, Role.RESEARCHER).study)).data
        )


class TableList(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_tables",
        "Every table of a report, in reading order (researcher)",
        answers={200: TableNameSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str) -> Response:
        report = _report(analysis_for(request.user, code, analysis))
        return Response(TableNameSerializer(all_tables(report), many=True).data)


class TablesFile(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}
    renderer_classes = [AnyFile]

    @documented(
        "analyses_tables_file",
        "All tables of a report in one file, unrounded (researcher)",
        answers=file_answer(CSV, "One row for each cell’s row, named by table."),
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str) -> HttpResponse:
        seen = analysis_for(request.user, code, analysis)
        return file_response(tables_csv(all_tables(_report(seen))), "csv", f"analysis-{analysis}-tables")


class TableDetail(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_table",
        "A table of a report, rounded as pages show it (researcher)",
        answers={200: TableSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str, key: str) -> Response:
        report = _report(analysis_for(request.user, code, analysis))
        return Response(TableSerializer(table_of(report, key)).data)


class TableFile(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}
    renderer_classes = [AnyFile]

    @documented(
        "analyses_table_file",
        "A table of a report as a file, unrounded (researcher)",
        answers=file_answer(CSV, "Or LaTeX.", TEX),
        errors=[400, 404],
        parameters=[TableEndingSerializer],
    )
    def get(self, request: Request, code: str, analysis: str, key: str) -> HttpResponse:
        report = _report(analysis_for(request.user, code, analysis))
        return table_file(table_of(report, key), ending_of(TableEndingSerializer, request))


class FigureList(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_figures",
        "Figures of a report (researcher)",
        answers={200: FigureNameSerializer(many=True)},
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str) -> Response:
        seen = analysis_for(request.user, code, analysis)
        report = _report(seen)
        shown = [one for one in figures_of(seen.analysis) if not hides(report, one)]
        return Response(FigureNameSerializer(shown, many=True).data)


class FigureFile(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}
    renderer_classes = [AnyFile]

    @documented(
        "analyses_figure",
        "A figure of a report (researcher)",
        answers=file_answer(SVG, "Or PNG.", PNG),
        errors=[400, 404],
        parameters=[FigureEndingSerializer],
    )
    def get(self, request: Request, code: str, analysis: str, key: str) -> HttpResponse:
        seen = analysis_for(request.user, code, analysis)
        figure = figure_for(request.user, code, analysis, key)
        refuse_hidden(seen, figure)
        ending = ending_of(FigureEndingSerializer, request)
        return file_response(figure.svg if ending == "svg" else bytes(figure.png), ending, figure.key)


class AnalysedItem(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_item",
        "How each group rated an item, question by question (researcher)",
        answers={200: AnalysedItemSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str, item: str) -> Response:
        seen, found = analysed_item_for(request.user, code, analysis, item)
        page = item_page(seen.analysis, _report(seen), found)
        return Response(AnalysedItemSerializer({"item": found, "page": page}).data)


class AnalysedRaters(Endpoint):
    scopes = {"GET": Scope.READ_ANALYSES}

    @documented(
        "analyses_raters",
        "Raters at work, under pseudonyms: a difference is not an error (coordinator, researcher)",
        answers={200: TableSerializer},
        errors=[404],
    )
    def get(self, request: Request, code: str, analysis: str) -> Response:
        report = _report(analysed_raters_for(request.user, code, analysis))
        return Response(TableSerializer(raters_at_work(report)).data)
