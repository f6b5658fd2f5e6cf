"""Who answers for the safety of raters."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.audit import record
from annotation.errors import Code, DomainError
from annotation.models import SafeguardingLead, Study, User


def name_lead(
    study: Study, *, actor: User, name: str, hours: str, contacts: str, response_time: str
) -> SafeguardingLead:
    """Name the study's safeguarding lead, or change what is said of them. The trail holds no name.

    Raises:
        DomainError: one of the four is missing: raters would not know whom, when, how or how soon.
    """
    said = {
        "name": name.strip(),
        "hours": hours.strip(),
        "contacts": contacts.strip(),
        "response_time": response_time.strip(),
    }
    if not all(said.values()):
        raise DomainError(Code.INVALID, _("Name, hours, contacts and response time are all needed."))
    with transaction.atomic():
        lead, _made = SafeguardingLead.objects.update_or_create(study=study, defaults=said)
        record("safeguarding.named", actor=actor, study=study, about=study)
        return lead
