"""What a study asks of its exports, and the comments that were held back: for coordinators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import study_for
from annotation.models import Role
from annotation.views.pages import posted, study_page
from rating.access import held_comment_for
from rating.forms.exports import ExportPolicyForm
from rating.queries.exports import export_policy
from rating.queries.stored_exports import held_comments, with_words
from rating.services.comment_scan import hold_again, release_comments
from rating.services.stored_exports import set_policy

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_rules(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    policy = export_policy(access.study)
    initial = {"min_cell": policy.min_cell, "days_kept": policy.days_kept}
    form = ExportPolicyForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        set_policy(access.study, actor=access.member.user, **form.cleaned_data)
        messages.success(request, _("Saved. Files made from now on follow it."))
        return redirect("study_exports", code)
    return study_page(request, "exports/rules.html", access, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_comments(request: HttpRequest, code: str) -> HttpResponse:
    """Read what was held back and let it leave, under one's own name."""
    access = study_for(request.user, code, Role.COORDINATOR)
    if request.method == "POST":
        codes = request.POST.getlist("release")
        n = release_comments(access.study, actor=access.member.user, codes=codes)
        messages.success(request, _("Released for later files: %(n)s.") % {"n": n})
        return redirect("export_comments", code)
    page = Paginator(held_comments(access.study), PER_PAGE).get_page(request.GET.get("page"))
    rows = with_words(list(page.object_list))
    return study_page(request, "exports/comments.html", access, rows=rows, page_obj=page)


@login_required
@require_POST
def export_comment_hold(request: HttpRequest, code: str, held: str) -> HttpResponse:
    access, comment = held_comment_for(request.user, code, held)
    hold_again(comment, actor=access.member.user, study=access.study)
    messages.success(request, _("Held back again in later files."))
    return redirect("export_comments", code)
