"""What coordinators see and set of the care for raters: totals of whole weeks, wishes for contact."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import sites_for, study_for, wish_for
from annotation.forms.care import CareForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.care import care_of, care_weeks, waiting_wishes
from annotation.services.care import update_care
from annotation.services.wellbeing import answer_wish
from annotation.views.pages import posted, study_page


@login_required
@never_cache
@require_safe
def study_care(request: HttpRequest, code: str) -> HttpResponse:
    """Totals over five raters or more, and who asked to be contacted."""
    access = sites_for(request.user, code, Role.COORDINATOR)
    # Totals are of the whole study: of single sites they would be of too few.
    weeks = [] if access.is_bound else care_weeks(access.study, today=timezone.now().date())
    wishes = access.seen(waiting_wishes(access.study))
    return study_page(request, "study/care.html", access, weeks=weeks, wishes=wishes)


@login_required
@require_POST
def study_care_wish(request: HttpRequest, code: str, wish_code: str) -> HttpResponse:
    """Somebody has been in touch with the rater."""
    answer_wish(wish_for(request.user, code, wish_code), now=timezone.now())
    messages.success(request, _("Noted. Thank you for getting in touch."))
    return redirect("study_care", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_care_settings(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    care = care_of(access.study)
    form = CareForm(posted(request), initial={name: getattr(care, name) for name in CareForm.base_fields})
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: update_care(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved."))
            return redirect("study_care_settings", code)
    return study_page(request, "study/care_settings.html", access, form=form)
