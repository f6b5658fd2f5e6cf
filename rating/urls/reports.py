from __future__ import annotations

from django.urls import URLPattern, path

from rating.views import analysis_plans, report_files, reports

PLANS = "studies/<slug:code>/analysis-plans/"
PLAN = PLANS + "<slug:plan>/"
ANALYSIS = "studies/<slug:code>/analyses/<slug:analysis>/"

urlpatterns: list[URLPattern] = [
    path(PLANS, analysis_plans.analysis_plans, name="analysis_plans"),
    path(f"{PLANS}new/", analysis_plans.analysis_plan_new, name="analysis_plan_new"),
    path(PLAN, analysis_plans.analysis_plan, name="analysis_plan"),
    path(f"{PLAN}lock/", analysis_plans.analysis_plan_lock, name="analysis_plan_lock"),
    path(f"{PLAN}analyse/", analysis_plans.analysis_plan_analyse, name="analysis_plan_analyse"),
    path("studies/<slug:code>/analyses/", reports.analyses, name="analyses"),
    path(ANALYSIS, reports.analysis, name="analysis"),
    path(f"{ANALYSIS}progress/", reports.analysis_progress, name="analysis_progress"),
    path(f"{ANALYSIS}cancel/", reports.analysis_cancel, name="analysis_cancel"),
    path(f"{ANALYSIS}questions/<slug:question>/", reports.analysis_question, name="analysis_question"),
    path(f"{ANALYSIS}questions/<slug:question>/items/", reports.analysis_items, name="analysis_items"),
    path(
        f"{ANALYSIS}questions/<slug:question>/<slug:part>/",
        reports.analysis_question_part,
        name="analysis_question_part",
    ),
    path(f"{ANALYSIS}raters/", reports.analysis_raters, name="analysis_raters"),
    path(f"{ANALYSIS}items/<slug:item>/", reports.analysis_item, name="analysis_item"),
    path(
        f"{ANALYSIS}items/<slug:item>/<slug:key>.<slug:kind>",
        report_files.analysis_item_file,
        name="analysis_item_file",
    ),
    path(f"{ANALYSIS}figures/<slug:key>.<slug:kind>", report_files.analysis_figure, name="analysis_figure"),
    path(f"{ANALYSIS}tables/<slug:key>.<slug:kind>", report_files.analysis_table, name="analysis_table"),
    path(f"{ANALYSIS}results.json", report_files.analysis_results, name="analysis_results"),
    path(f"{ANALYSIS}tables.csv", report_files.analysis_tables, name="analysis_tables"),
    path(f"{ANALYSIS}snapshot.parquet", report_files.analysis_snapshot, name="analysis_snapshot"),
]
