"""Analyses and their reports, for researchers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import study_for
from annotation.jobs import request_cancel
from annotation.models import Role
from rating.access import AnalysisAccess, analysed_item_for, analysis_for
from rating.forms.analyses import AnalysisForm
from rating.queries import analyses as queries
from rating.queries.report_blocks import Blocks
from rating.queries.report_items import item_page
from rating.queries.reports import question_of, question_section, ranked_items, report_of, report_page
from rating.services.analyses import start_analysis
from rating.views.report_progress import progress_of


def _context(seen: AnalysisAccess) -> dict[str, object]:
    return {"access": seen.access, "study": seen.access.study, "analysis": seen.analysis}


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
    if request.method == "POST" and form.is_valid():
        seed = form.cleaned_data["seed"]
        analysis = start_analysis(study, actor=access.member.user, options=form.options(), seed=seed)
        return redirect("analysis", study.code, analysis.code)
    context = {
        "access": access,
        "study": study,
        "ready": ready,
        "form": form,
        "rows": queries.analyses_of(study),
    }
    return render(request, "report/analyses.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def analysis(request: HttpRequest, code: str, analysis: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    context = _context(seen)
    if seen.analysis.finished_at is None:
        return render(request, "report/waiting.html", {**context, "job": progress_of(seen.analysis)})
    return render(request, "report/analysis.html", {**context, "page": report_page(seen.analysis)})


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
    report = report_of(seen.analysis)
    section = question_section(report, Blocks.of(seen.analysis), question_of(report, question))
    return render(request, "report/question.html", {**_context(seen), "section": section})


@login_required
@require_safe
def analysis_items(request: HttpRequest, code: str, analysis: str, question: str) -> HttpResponse:
    seen = analysis_for(request.user, code, analysis)
    report = report_of(seen.analysis)
    found = question_of(report, question)
    groups = [report.scope_name(key) for key in found.result["item_gaps"]["groups"]]
    rows = ranked_items(report, found, Blocks.of(seen.analysis).items)
    context = {"question": found, "rows": rows, "groups": groups, "items_key": f"{question}-items"}
    return render(request, "report/items.html", {**_context(seen), **context})


@login_required
@require_safe
def analysis_item(request: HttpRequest, code: str, analysis: str, item: str) -> HttpResponse:
    seen, found = analysed_item_for(request.user, code, analysis, item)
    report = report_of(seen.analysis)
    page = item_page(seen.analysis, report, found)
    context = {"item": found, "page": page, "flag_table": page.flags and page.flags.shown()}
    return render(request, "report/item.html", {**_context(seen), **context})
