"""What raters reported, and the answers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotation.access import problem_for, sites_for
from annotation.forms.problems import AnswerForm
from annotation.forms.refusals import carried_out
from annotation.models import ProblemReport, Role
from annotation.queries.problems import study_problems
from annotation.services.problems import answer_problem
from annotation.views.pages import posted, study_page

PER_PAGE = 25


@login_required
@require_safe
def study_problems_list(request: HttpRequest, code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    problems = access.seen(study_problems(access.study))
    page = Paginator(problems, PER_PAGE).get_page(request.GET.get("page"))
    n_open = problems.filter(state=ProblemReport.State.OPEN).count()
    return study_page(request, "study/problems.html", access, page_obj=page, n_open=n_open)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_problem(request: HttpRequest, code: str, problem_code: str) -> HttpResponse:
    access = sites_for(request.user, code, Role.COORDINATOR)
    problem = problem_for(request.user, code, problem_code)
    form = AnswerForm(posted(request), initial={"answer": problem.answer})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: answer_problem(problem, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Answered. The rater sees your answer."))
            return redirect("study_problems", code)
    return study_page(request, "study/problem.html", access, form=form, problem=problem)
