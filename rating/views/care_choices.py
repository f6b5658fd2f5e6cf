"""A rater's own choices and data: topics not wanted, what they told about how they are, the debrief."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.access import rater_for
from annotation.queries.care import care_of, own_wellbeing
from annotation.queries.opt_outs import opt_outs_of, study_topics
from annotation.services.opt_outs import choose_topics
from annotation.services.wellbeing import forget_wellbeing
from annotation.views.pages import posted
from rating.forms.care import TopicsForm
from rating.queries.workbench import is_work_over
from rating.views.care import READS_AND_POSTS, care_page


@login_required
@never_cache
@READS_AND_POSTS
def rate_topics(request: HttpRequest, code: str) -> HttpResponse:
    """Topics the queue never hands to this rater. Nobody else sees the page or its effect."""
    access = rater_for(request.user, code)
    topics, chosen = study_topics(access.study), opt_outs_of(access.rater)
    form = TopicsForm(posted(request), topics=topics, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        choose_topics(access.rater, topics=form.cleaned_data["topics"], now=timezone.now())
        messages.success(request, _("Saved. Only you see this."))
        return redirect("rate_topics", code)
    has_topics = bool(topics or chosen)
    return care_page(request, "care/topics.html", code, access.rater, form=form, has_topics=has_topics)


@login_required
@never_cache
@READS_AND_POSTS
def rate_wellbeing(request: HttpRequest, code: str) -> HttpResponse:
    """What the rater told about how they are, and the button that deletes it."""
    rater = rater_for(request.user, code).rater
    if request.method == "POST":
        forget_wellbeing(rater)
        messages.success(request, _("Deleted. Nothing of it is left here."))
        return redirect("rate_wellbeing", code)
    days = care_of(rater.study).retention_days
    return care_page(request, "care/wellbeing.html", code, rater, own=own_wellbeing(rater), days=days)


@login_required
@never_cache
@require_safe
def rate_debrief(request: HttpRequest, code: str) -> HttpResponse:
    """The end of the work: what the study was, thanks, contacts, how to withdraw."""
    rater = rater_for(request.user, code).rater
    is_over = is_work_over(rater, timezone.now())
    care = care_of(rater.study)
    return care_page(request, "care/debrief.html", code, rater, is_over=is_over, care=care)
