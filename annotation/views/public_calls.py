"""Public calls: the page where people apply, the page of an application's state."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotation.errors import DomainError
from annotation.forms.public_calls import ApplicationForm
from annotation.forms.refusals import carried_out
from annotation.models import Application, PublicCall
from annotation.queries.joining import application_by_token, call_by_address
from annotation.queries.people import invitation_row
from annotation.services import public_calls
from annotation.views.mailed_invitations import site_root
from annotation.views.pages import posted


def _is_too_often(request: HttpRequest) -> bool:
    """Ten applications an hour from one connection, three mails a day to one address."""
    if not ratelimit.consume(request, action="apply"):
        return True
    address = request.POST.get("email", "").strip().lower()
    return bool(address) and not ratelimit.consume(request, action="apply_mail", key=address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, address: str) -> HttpResponse:
    """The public address of a call; whatever stands against it is said on the page."""
    try:
        call = call_by_address(address)
        public_calls.refuse_closed_call(call, now=timezone.now())
    except DomainError as error:
        return render(request, "people/apply_refused.html", {"error": error}, status=error.status)
    form = ApplicationForm(posted(request))
    if request.method == "POST":
        if _is_too_often(request):
            refused: HttpResponse = ratelimit.respond_429(request)
            return refused
        made = carried_out(form, lambda: _apply(request, call, form))
        if made:
            return redirect("application", made[1])
    context = {"call": call, "study": call.study, "form": form}
    return render(request, "people/apply.html", context, status=400 if form.errors else 200)


def _apply(request: HttpRequest, call: PublicCall, form: ApplicationForm) -> tuple[Application, str]:
    return public_calls.apply_to_call(call, root=site_root(request), **form.cleaned_data)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, token: str) -> HttpResponse:
    """Where an application stands, for whoever holds its link; a POST takes it back."""
    try:
        found = application_by_token(token)
    except DomainError as error:
        return render(request, "people/apply_refused.html", {"error": error}, status=error.status)
    if request.method == "POST":
        public_calls.withdraw_application(found)
        messages.success(request, _("Your application is taken back, and everything of it deleted."))
        return redirect("home")
    way_in = invitation_row(found.invitation, now=timezone.now()).state if found.invitation else ""
    context = {"application": found, "study": found.call.study, "token": token, "way_in": way_in}
    context |= {"link": request.build_absolute_uri(reverse("application", args=[token]))}
    return render(request, "people/application.html", context)
