"""One's own API tokens."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotation.access import memberships, signed_in, token_for
from annotation.forms.refusals import carried_out
from annotation.forms.tokens import TokenForm
from annotation.models import ApiToken, User
from annotation.services.tokens import create_token, delete_token


def _make(form: TokenForm, actor: User) -> tuple[ApiToken, str]:
    expires_at = timezone.now() + timedelta(days=form.cleaned_data["days"])
    return create_token(
        actor=actor,
        name=form.cleaned_data["name"],
        expires_at=expires_at,
        scopes=form.cleaned_data["scopes"],
        study=form.chosen_study(),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The list; after a POST with the new secret, which is in no other page and nowhere stored."""
    actor = signed_in(request.user)
    studies = [member.study for member in memberships(actor)]
    form = TokenForm(request.POST or None, studies=studies)
    made = carried_out(form, lambda: _make(form, actor)) if request.method == "POST" else None
    tokens = actor.api_tokens.select_related("study").order_by("-created_at", "-id")
    context = {
        # A new form once the token is made: the next one is another.
        "form": TokenForm(studies=studies) if made else form,
        "tokens": tokens,
        "secret": made[1] if made else "",
        "now": timezone.now(),
    }
    return render(request, "account/api_tokens.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def api_token_revoke(request: HttpRequest, token_code: str) -> HttpResponse:
    token = token_for(request.user, token_code)
    if request.method == "POST":
        delete_token(token, actor=token.user)
        messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
        return redirect("my_tokens")
    return render(request, "account/api_token_revoke.html", {"token": token})
