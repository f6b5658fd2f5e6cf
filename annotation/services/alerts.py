"""Who hears by e-mail what wants attention, and the mails that say that an incident was opened.

No mail holds a name, a pseudonym or a word that somebody wrote about a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.job_kinds import SEND_NOTICES
from annotation.jobs import enqueue
from annotation.models import AlertChoice, Incident, IncidentNotice, Job, Member, Role, User
from annotation.queries.alerts import roles_in_whole
from annotation.services.mailed_invitations import SENDING

# A notice that could not be sent is tried again until then; afterwards the day's mail names the incident.
TRIED_FOR = timedelta(days=3)
# While the first attempt may still be at work.
LEFT_ALONE = timedelta(minutes=10)


def choose_alerts(
    member: Member, *, actor: User, often: str, incidents_at_once: bool, root: str
) -> AlertChoice:
    """What this member hears by e-mail from now on, in the language they use now.

    Raises:
        DomainError: the login has no e-mail address, or the member may not see incidents.
    """
    wants_any = incidents_at_once or often != AlertChoice.Often.NEVER
    if wants_any and not member.user.email:
        raise DomainError(Code.INVALID, _("Your login has no e-mail address that could be written to."))
    if incidents_at_once and Role.SAFEGUARDING not in roles_in_whole(member):
        raise DomainError(Code.INVALID, _("Only those who may read incidents can hear of each at once."))
    with transaction.atomic():
        chosen = {"often": often, "incidents_at_once": incidents_at_once, "root": root}
        chosen |= {"language": get_language() or "en"}
        choice = AlertChoice.objects.update_or_create(member=member, defaults=chosen)[0]
        record("alerts.chosen", actor=actor, study=member.study, about=member, often=often)
        return choice


def note_incident(incident: Incident, *, actor: User) -> None:
    """Write the notices for those who want one, and have them sent. Inside the incident's transaction.

    Whoever opened it knows already.
    """
    wanted = AlertChoice.objects.filter(
        incidents_at_once=True, member__study=incident.study_id, member__left_at__isnull=True
    ).exclude(member__user=actor)
    listeners = [
        choice.member
        for choice in wanted.select_related("member__study", "member__user").prefetch_related(
            "member__grants"
        )
        if Role.SAFEGUARDING in roles_in_whole(choice.member)
    ]
    if listeners:
        IncidentNotice.objects.bulk_create(
            IncidentNotice(incident=incident, member=member) for member in listeners
        )
        _queue(incident, actor)


def _queue(incident: Incident, actor: User | None) -> None:
    enqueue(SEND_NOTICES, actor=actor, study=incident.study, payload={"incident": incident.code})


def send_notices(job: Job) -> dict[str, int]:
    """Mail the notices of an incident that wait. Marked once it is out; what fails goes on waiting."""
    waiting = IncidentNotice.objects.filter(
        incident__code=job.payload["incident"], mailed_at__isnull=True, member__left_at__isnull=True
    )
    n_sent = n_failed = 0
    for notice in waiting.select_related("incident__study", "member__user").order_by("pk"):
        if _mail(notice):
            IncidentNotice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
            n_sent += 1
        else:
            n_failed += 1
    return {"n_sent": n_sent, "n_failed": n_failed}


def _mail(notice: IncidentNotice) -> bool:
    choice = AlertChoice.objects.filter(member=notice.member, incidents_at_once=True).first()
    if choice is None or not notice.member.user.email:
        return False
    study = notice.incident.study
    page = f"{choice.root}studies/{study.code}/"
    context = {"study": study, "link": f"{page}ethics/incidents/", "settings": f"{page}progress/mail/"}
    try:
        with override(choice.language):
            subject = _("An incident was opened in the study “%(title)s”") % {"title": study.title}
            body = render_to_string("watching/mail/incident.txt", context)
            message = EmailMessage(" ".join(subject.split()), body, to=[notice.member.user.email])
            message.send()
    except SENDING:
        # The reason may hold the address: it is not kept.
        return False
    return True


def retry_notices(*, now: datetime) -> int:
    """Have notices sent that an earlier attempt left behind. Safe to run at any time. Returns how many
    incidents are told again."""
    late = IncidentNotice.objects.filter(
        mailed_at__isnull=True, created_at__gt=now - TRIED_FOR, created_at__lt=now - LEFT_ALONE
    )
    found = Incident.objects.filter(pk__in=late.values("incident")).select_related("study")
    for incident in found:
        with transaction.atomic():
            _queue(incident, None)
    return len(found)
