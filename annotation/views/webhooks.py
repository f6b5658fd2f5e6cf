"""For owners: where a study's events are told, with the log of what was sent."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.access import delivery_for, study_for, webhook_for
from annotation.errors import Code, DomainError
from annotation.forms.refusals import carried_out
from annotation.forms.trail import WebhookForm
from annotation.models import Role
from annotation.queries.hooks import endpoint_log, study_webhooks
from annotation.services import webhooks
from annotation.views.pages import posted, study_page

PER_PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study_webhook_list(request: HttpRequest, code: str) -> HttpResponse:
    """The list; after a POST with the new secret, which is on no other page and nowhere stored."""
    access = study_for(request.user, code, Role.OWNER)
    form, made = WebhookForm(posted(request)), None
    if request.method == "POST":
        actor = access.member.user
        made = carried_out(
            form, lambda: webhooks.add_endpoint(access.study, actor=actor, **form.cleaned_data)
        )
    return study_page(
        request,
        "trail/webhooks.html",
        access,
        form=WebhookForm() if made else form,
        secret=made[1] if made else "",
        endpoints=study_webhooks(access.study),
    )


@login_required
@require_safe
def study_webhook(request: HttpRequest, code: str, hook: str) -> HttpResponse:
    access, endpoint = webhook_for(request.user, code, hook)
    shown = Paginator(endpoint_log(endpoint), PER_PAGE).get_page(request.GET.get("page"))
    return study_page(request, "trail/webhook.html", access, endpoint=endpoint, page_obj=shown)


@login_required
@never_cache
@require_POST
def study_webhook_change(request: HttpRequest, code: str, hook: str, change: str) -> HttpResponse:
    access, endpoint = webhook_for(request.user, code, hook)
    actor = access.member.user
    if change == "renew":
        secret = webhooks.renew_secret(endpoint, actor=actor)
        return study_page(
            request, "trail/webhook.html", access, endpoint=endpoint, secret=secret, page_obj=None
        )
    if change == "delete":
        webhooks.delete_endpoint(endpoint, actor=actor)
        messages.success(request, _("Nothing is told there any more."))
        return redirect("study_webhooks", code)
    if change == "test":
        webhooks.send_test(endpoint, actor=actor)
        messages.success(request, _("A test message is on its way; the log shows how it went."))
    elif change in {"on", "off"}:
        webhooks.switch_endpoint(endpoint, actor=actor, on=change == "on")
    else:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    return redirect("study_webhook", code, hook)


@login_required
@require_POST
def study_webhook_again(request: HttpRequest, code: str, hook: str, delivery: str) -> HttpResponse:
    access, found = delivery_for(request.user, code, hook, delivery)
    webhooks.send_again(found, actor=access.member.user)
    messages.success(request, _("The message is sent once more."))
    return redirect("study_webhook", code, hook)
