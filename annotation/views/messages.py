"""Messages to raters who are behind: written by coordinators, read, put away and muted by raters."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import StudyAccess, message_copy_for, rater_for, sites_for, study_for
from annotation.forms.messages import MessageForm
from annotation.forms.refusals import carried_out
from annotation.models import RaterMessage, Role
from annotation.queries.messages import (
    behind_raters,
    is_muted,
    messages_by,
    messages_of,
    next_message_at,
    sent_messages,
)
from annotation.services.messages import put_away, set_mute, write_to_behind
from annotation.views.mailed_invitations import site_root
from annotation.views.pages import posted, study_page

PER_PAGE = 10


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study_messages(request: HttpRequest, code: str) -> HttpResponse:
    access, now = sites_for(request.user, code, Role.COORDINATOR), timezone.now()
    form = MessageForm(posted(request))
    sent = carried_out(form, lambda: _write(request, access, form)) if request.method == "POST" else None
    if sent:
        messages.success(request, _("The message is on its way to all who are behind."))
        return redirect("study_messages", code)
    return study_page(
        request,
        "people/messages.html",
        access,
        form=form,
        n_behind=access.seen(behind_raters(access.study, now=now), "pk").count(),
        next_at=next_message_at(access.study, now=now, raters=access.limit()),
        page_obj=Paginator(_sent(access), PER_PAGE).get_page(request.GET.get("page")),
    )


def _sent(access: StudyAccess) -> QuerySet[RaterMessage]:
    return messages_by(access.member) if access.is_bound else sent_messages(access.study)


def _write(request: HttpRequest, access: StudyAccess, form: MessageForm) -> RaterMessage:
    return write_to_behind(
        access.study,
        actor=access.member.user,
        root=site_root(request),
        now=timezone.now(),
        **form.cleaned_data,
    )


@login_required
@require_safe
def rate_messages(request: HttpRequest, code: str) -> HttpResponse:
    """A rater's messages, and the switch for them."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    context = {"access": access, "study": access.study, "copies": messages_of(rater)}
    return render(request, "rate/messages_page.html", context | {"is_muted": is_muted(rater)})


@login_required
@require_POST
def rate_message_away(request: HttpRequest, code: str, message_code: str) -> HttpResponse:
    put_away(message_copy_for(request.user, code, message_code))
    return redirect("rate_home", code)


@login_required
@require_POST
def rate_messages_mute(request: HttpRequest, code: str) -> HttpResponse:
    """Muted, or heard again: the button says which."""
    rater = rater_for(request.user, code).rater
    set_mute(rater, is_muted=request.POST.get("mute") == "yes")
    messages.success(request, _("Saved. Only you know."))
    return redirect("rate_messages", code)
