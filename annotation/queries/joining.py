"""How people join a study: its settings, public calls, applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.models import Application, JoiningSettings, PublicCall, Study
from annotation.queries.people import invitation_digest


def joining_of(study: Study | int) -> JoiningSettings:
    """The study's settings; a row that is not stored where it has the defaults. One query."""
    key = study if isinstance(study, int) else study.pk
    return JoiningSettings.objects.filter(study=key).first() or JoiningSettings(study_id=key)


def call_by_address(address: str) -> PublicCall:
    """The call behind a public address, open or not; 404 for one that never was."""
    call = PublicCall.objects.filter(address=address).select_related("study", "group").first()
    if call is None:
        raise DomainError(Code.NOT_FOUND, _("There is no such call. Check that the address is complete."))
    return call


def application_by_token(token: str) -> Application:
    """The application behind a link; 404 for a token that fits none, or one that was taken back."""
    applications = Application.objects.select_related("call__study", "call__group", "invitation")
    application = applications.filter(token_digest=invitation_digest(token)).first()
    if application is None:
        raise DomainError(Code.NOT_FOUND, _("There is no such application. It may have been taken back."))
    return application


@dataclass(frozen=True)
class CallRow:
    call: PublicCall
    n_waiting: int
    n_approved: int
    is_open: bool


def calls_of(study: Study) -> QuerySet[PublicCall]:
    return PublicCall.objects.filter(study=study)


def call_rows(wanted: QuerySet[PublicCall], *, now: datetime) -> list[CallRow]:
    """These calls of a study, the newest first. One query."""
    calls = wanted.select_related("group", "site").annotate(
        n_waiting=Count("applications", filter=Q(applications__state=Application.State.WAITING)),
        n_approved=Count("applications", filter=Q(applications__state=Application.State.APPROVED)),
    )
    return [
        CallRow(call, call.n_waiting, call.n_approved, call.closed_at is None and call.closes_at > now)
        for call in calls
    ]


def waiting_applications(study: Study, calls: QuerySet[PublicCall] | None = None) -> QuerySet[Application]:
    """Undecided, of all calls or of these, the oldest first."""
    waiting = Application.objects.filter(call__study=study, state=Application.State.WAITING)
    waiting = waiting if calls is None else waiting.filter(call__in=calls)
    return waiting.select_related("call__group", "call__site").order_by("pk")
