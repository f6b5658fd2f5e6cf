"""The study's safeguarding lead."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import study_for
from annotation.forms.refusals import carried_out
from annotation.forms.safeguarding import LeadForm
from annotation.models import Role
from annotation.queries.safeguarding import lead_of
from annotation.services.safeguarding import name_lead
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_safeguarding(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, Role.COORDINATOR)
    lead = lead_of(access.study)
    before = {name: getattr(lead, name) for name in LeadForm.base_fields} if lead else {}
    form = LeadForm(posted(request), initial=before)
    if request.method == "POST":
        actor = access.member.user
        if carried_out(form, lambda: name_lead(access.study, actor=actor, **form.cleaned_data)):
            messages.success(request, _("Saved. Raters see it on every page."))
            return redirect("study_safeguarding", code)
    return study_page(request, "ethics/safeguarding.html", access, form=form, lead=lead)
