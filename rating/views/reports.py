"""Analyses and their reports, for researchers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import study_for
from annotation.forms.refusals import carried_out
from annotation.jobs import request_cancel
from annotation.models import Role, Study, User
from annotation.views.pages import posted
from rating.access import AnalysisAccess, analysed_item_for, analysed_raters_for, analysis_for
from rating.forms.analyses import AnalysisForm
from rating.forms.versions import VersionsForm
from rating.models import Analysis
from rating.queries import analyses as queries
from rating.queries.analysis_plans import plans_of
from rating.queries.rated_versions import rated_classes
from rating.queries.report_blocks import Blocks, TableBlock
from rating.queries.report_items import item_page
from rating.queries.reports import (
    part_page,
    question_of,
    question_section,
    ranked_items,
    report_of,
    report_page,
)
from rating.queries.standing import standing_of
from rating.reporting.contents import raters_at_work
from rating.reporting.rater_tables import NOT_ERROR
from rating.reporting.report import Report
from rating.services.analyses import start_analysis
from rating.views.report_progress import progress_of
from rating.views.report_tabs import question_tabs


def _context(seen: AnalysisAccess) -> dict[str, object]:
    return {
        "access": seen.access,
        "study": seen.access.study,
        "analysis": seen.analysis,
        "standing": standing_of(seen.analysis),
    }


def _report(seen: AnalysisAccess) -> Report:
    return report_of(seen.analysis, sees_hidden=seen.sees_hidden)


def versions_form(request: HttpRequest, study: Study, stage: str) -> VersionsForm:
    """What to do with versions of the rubric that differ; without a field where none do."""
    return VersionsForm(posted(request), classes=rated_classes(study, stage))


def _started(study: Study, form: AnalysisForm, versions: VersionsForm, actor: User) -> Analysis:
    options = {**form.options(), "versions": versions.choice()}
    return start_analysis(study, actor=actor, options=options, seed=form.cleaned_data["seed"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def analyses(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.RESEARCHER)
    study = access.study
    ready = queries.readiness(study)
    form = AnalysisForm(
        request.POST or None,
        initial={"stage": ready.stage},
        stages=queries.stage_choices(study),
        questions=queries.question_choices(study),
    )
    versions = versions_form(request, study, request.POST.get("stage") or ready.stage)
    if request.method == "POST" and form.is_valid() and versions.is_valid():
        started = carried_out(form, lambda: _started(study, form, versions, access.member.user))
        if started:
            return redirect("analysis", study.code, started.code)
    context = {"access": access, "study": study, "ready": ready, "form": form, "versions": versions}
    context |= {"rows": queries.analyses_of(study), "plans": plans_of(study)}
    status = 400 if form.errors or versions.errors else 200
    return render(request, "report/analyses.html", context, status=status)


@login_required
@require_safe
def analysis(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    context = _context(seen)
    if seen.analysis.finished_at is None:
        return render(request, "report/waiting.html", {**context, "job": progress_of(seen.analysis)})
    return render(
        request, "report/analysis.html", {**context, "page": report_page(seen.analysis, _report(seen))}
    )


@login_required
@require_safe
def analysis_progress(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    response = render(request, "report/progress.html", {**_context(seen), "job": progress_of(seen.analysis)})
    if seen.analysis.finished_at is not None:
        # The page around the fragment becomes the report.
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def analysis_cancel(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    if seen.analysis.job is not None:
        request_cancel(seen.analysis.job)
    return redirect("analysis", code, analysis)


@login_required
@require_safe
def analysis_question(request: HttpRequest, code: str, analysis: str, question: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    report = _report(seen)
    section = question_section(report, Blocks.of(seen.analysis), question_of(report, question))
    context = {"section": section, "tabs": question_tabs(seen.analysis, report, section.question, "")}
    return render(request, "report/question.html", {**_context(seen), **context})


@login_required
@require_safe
def analysis_question_part(
    request: HttpRequest, code: str, analysis: str, question: str, part: str
) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    report = _report(seen)
    page = part_page(report, Blocks.of(seen.analysis), question_of(report, question), part)
    context = {"page": page, "tabs": question_tabs(seen.analysis, report, page.question, part)}
    return render(request, "report/part.html", {**_context(seen), **context, "not_error": NOT_ERROR})


@login_required
@require_safe
def analysis_raters(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysed_raters_for(request.user, code, analysis)
    report = _report(seen)
    table = raters_at_work(report)
    block = TableBlock(table.key, table.title, table.shown(), [], table.status)
    context = {"found": block, "has_rows": bool(table.rows), "not_error": NOT_ERROR}
    context["can_read"] = seen.access.can(Role.RESEARCHER)
    return render(request, "report/raters.html", {**_context(seen), **context})


@login_required
@require_safe
def analysis_items(request: HttpRequest, code: str, analysis: str, question: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    report = _report(seen)
    found = question_of(report, question)
    groups = [report.scope_name(key) for key in found.result["item_gaps"]["groups"]]
    rows = ranked_items(report, found, Blocks.of(seen.analysis).items)
    context = {"question": found, "rows": rows, "groups": groups, "items_key": f"{question}-items"}
    return render(request, "report/items.html", {**_context(seen), **context})


@login_required
@require_safe
def analysis_item(request: HttpRequest, code: str, analysis: str, item: str) -> HttpResponse:
    seen, found = analysed_item_for(request.user, code, analysis, item)
    report = _report(seen)
    page = item_page(seen.analysis, report, found)
    context = {"item": found, "page": page, "flag_table": page.flags and page.flags.shown()}
    return render(request, "report/item.html", {**_context(seen), **context})
