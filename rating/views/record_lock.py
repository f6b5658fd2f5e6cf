"""Sign-off of a data set, and the lock that follows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotation.access import StudyAccess, lock_for, study_for
from annotation.forms.record_lock import LiftForm, OpenLockForm, SignForm
from annotation.forms.refusals import carried_out
from annotation.models import Role
from annotation.queries.record_lock import current_lock, earlier_locks
from annotation.services.record_lock import lift_lock, open_lock, sign_lock
from annotation.views.pages import STAFF, study_page
from rating.queries.research import snapshot_choices, study_snapshots


def _page(request: HttpRequest, access: StudyAccess, form: Form | None = None) -> HttpResponse:
    """The state of signing, with the form that fits it or the one that was refused."""
    lock = current_lock(access.study)
    if form is None:
        is_open = lock is not None and lock.locked_at is None
        form = SignForm() if is_open else OpenLockForm(None, snapshots=snapshot_choices(access.study))
    digest = lock.digest if lock else ""
    context: dict[str, object] = {"lock": lock, "form": form, "lift_form": LiftForm(auto_id="lift_%s")}
    context["snapshot"] = study_snapshots(access.study).filter(digest=digest).first() if digest else None
    context["earlier"] = earlier_locks(access.study)
    return study_page(request, "ethics/record_lock.html", access, **context)


@login_required
@require_safe
def study_lock(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, study_for(request.user, code, *STAFF))


@login_required
@require_POST
def study_lock_open(request: HttpRequest, code: str) -> HttpResponse:
    access = study_for(request.user, code, *STAFF)
    form = OpenLockForm(request.POST, snapshots=snapshot_choices(access.study))
    actor = access.member.user
    if carried_out(form, lambda: open_lock(access.study, actor=actor, digest=form.cleaned_data["digest"])):
        messages.success(request, _("The data set is up for signing."))
        return redirect("study_lock", code)
    return _page(request, access, form)


@login_required
@require_POST
def study_lock_sign(request: HttpRequest, code: str) -> HttpResponse:
    access, lock = study_for(request.user, code, *STAFF), lock_for(request.user, code, *STAFF)
    form, actor, now = SignForm(request.POST), access.member.user, timezone.now()
    if carried_out(form, lambda: sign_lock(lock, actor=actor, now=now, **form.said())):
        messages.success(request, _("Signed."))
        return redirect("study_lock", code)
    return _page(request, access, form)


@login_required
@require_POST
def study_lock_lift(request: HttpRequest, code: str) -> HttpResponse:
    """An owner takes it back, with a reason; the signatures stay on record."""
    access, lock = study_for(request.user, code, Role.OWNER), lock_for(request.user, code, Role.OWNER)
    form, actor, now = LiftForm(request.POST), access.member.user, timezone.now()
    if carried_out(form, lambda: lift_lock(lock, actor=actor, why=form.cleaned_data["why"], now=now)):
        messages.success(request, _("The lock is lifted. The signatures stay on record."))
        return redirect("study_lock", code)
    return _page(request, access, form)
