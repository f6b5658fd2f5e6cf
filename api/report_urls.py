"""Addresses of what leaves a study: exports, reports, papers."""

from __future__ import annotations

from django.urls import URLPattern, path

from api.desk_urls import STUDY
from api.views import files, papers, ready_files, reports

EXPORTS = f"{STUDY}exports/"
EXPORT = f"{EXPORTS}<slug:export>/"
ANALYSIS = f"{STUDY}analyses/<slug:analysis>/"
CONSENTS = f"{STUDY}raters/<slug:rater>/consents/"
OWN_CONSENTS = f"{STUDY}my-consents/"

REPORT: list[URLPattern] = [
    path(EXPORTS, files.ExportList.as_view(), name="api_exports"),
    # Not codes of exports: these stand before them.
    path(f"{EXPORTS}formats/", ready_files.FormatList.as_view(), name="api_export_formats"),
    path(f"{EXPORTS}codebook/", ready_files.Codebook.as_view(), name="api_codebook"),
    path(f"{EXPORTS}files/", ready_files.ReadyFileList.as_view(), name="api_ready_files"),
    path(f"{EXPORTS}files/<str:name>/", ready_files.ReadyFile.as_view(), name="api_ready_file"),
    path(EXPORT, files.ExportDetail.as_view(), name="api_export"),
    path(f"{EXPORT}file/", files.ExportFile.as_view(), name="api_export_file"),
    path(f"{EXPORT}stop/", files.ExportStop.as_view(), name="api_export_stop"),
    path(f"{EXPORT}again/", files.ExportAgain.as_view(), name="api_export_again"),
    path(f"{STUDY}analyses/readiness/", reports.Readiness.as_view(), name="api_readiness"),
    path(f"{ANALYSIS}tables/", reports.TableList.as_view(), name="api_tables"),
    path(f"{ANALYSIS}tables-file/", reports.TablesFile.as_view(), name="api_tables_file"),
    path(f"{ANALYSIS}tables/<slug:key>/", reports.TableDetail.as_view(), name="api_table"),
    path(f"{ANALYSIS}tables/<slug:key>/file/", reports.TableFile.as_view(), name="api_table_file"),
    path(f"{ANALYSIS}figures/", reports.FigureList.as_view(), name="api_figures"),
    path(f"{ANALYSIS}figures/<slug:key>/file/", reports.FigureFile.as_view(), name="api_figure_file"),
    path(f"{ANALYSIS}items/<slug:item>/", reports.AnalysedItem.as_view(), name="api_analysed_item"),
    path(f"{ANALYSIS}raters/", reports.AnalysedRaters.as_view(), name="api_analysed_raters"),
    path(CONSENTS, papers.RaterConsentList.as_view(), name="api_given_consents"),
    path(f"{CONSENTS}<int:number>/file/", papers.RaterConsentCopy.as_view(), name="api_given_consent_file"),
    path(OWN_CONSENTS, papers.OwnConsentList.as_view(), name="api_own_consents"),
    path(f"{OWN_CONSENTS}<int:number>/file/", papers.OwnConsentCopy.as_view(), name="api_own_consent_file"),
    path(f"{STUDY}protocol/file/", papers.ProtocolFile.as_view(), name="api_protocol_file"),
    path(f"{STUDY}audit/file/", papers.AuditFile.as_view(), name="api_audit_file"),
]
