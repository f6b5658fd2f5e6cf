"""What a rater sees of practice and of their own consistency."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotation.access import rater_for, study_for
from annotation.errors import Code, DomainError
from annotation.models import Role
from annotation.queries.clearance import settings_of
from rating.forms.workbench_screen import rating_screen
from rating.queries.quality import own_consistency
from rating.queries.told import is_told, told_item
from rating.queries.workbench import served_presentation


@login_required
@never_cache
@require_safe
def rate_known(request: HttpRequest, code: str, slot_code: str) -> HttpResponse:
    """The known answers of a practice item, once the rater has answered it."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    presentation = served_presentation(rater, slot_code)
    if not is_told(presentation.slot, rater):
        return redirect("rate_item", code, slot_code)
    screen = rating_screen(presentation)
    context = {
        "access": access,
        "study": access.study,
        "told": told_item(presentation),
        "screen": screen,
        "slot": presentation.slot,
        "item": presentation.slot.item,
        "turns": screen.turns,
    }
    return render(request, "rate/known.html", context)


@login_required
@require_safe
def rate_consistency(request: HttpRequest, code: str) -> HttpResponse:
    """A rater's own repeats, where the study shows them."""
    access, rater = study_for(request.user, code, Role.RATER), rater_for(request.user, code).rater
    if not settings_of(access.study).shows_consistency:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    context = {"access": access, "study": access.study, "quality": own_consistency(rater)}
    return render(request, "rate/consistency.html", context)
