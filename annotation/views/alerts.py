"""What a member of the team hears by e-mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.access import study_for
from annotation.forms.alerts import AlertForm
from annotation.forms.refusals import carried_out
from annotation.models import STAFF_ROLES, Role
from annotation.queries.alerts import alert_choice_of
from annotation.services.alerts import choose_alerts
from annotation.views.mailed_invitations import site_root
from annotation.views.pages import posted, study_page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_watch_mail(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF_ROLES)
    member, choice = access.member, alert_choice_of(access.member)
    form = AlertForm(posted(request), choice=choice, hears_incidents=access.can(Role.SAFEGUARDING))
    if request.method == "POST":
        actor, root = member.user, site_root(request)
        if carried_out(form, lambda: choose_alerts(member, actor=actor, root=root, **form.chosen())):
            messages.success(request, _("Saved."))
            return redirect("study_watch_mail", code)
    return study_page(request, "watching/mail.html", access, form=form, address=member.user.email)
