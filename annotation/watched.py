"""Pages of this app that show what is personal or restricted, by URL name, for the access log."""

from __future__ import annotations

from annotation.access_log import Watched
from annotation.models import AccessEvent

DOWNLOAD = AccessEvent.Way.DOWNLOAD

WATCHED = {
    "study_people": Watched("people"),
    "study_calls": Watched("applications"),
    "application": Watched("applications"),
    "study_consents": Watched("consents"),
    "study_consents_copy": Watched("consents", DOWNLOAD),
    "study_pay": Watched("pay"),
    "study_pay_file": Watched("pay", DOWNLOAD),
    "study_problems": Watched("problems"),
    "study_problem": Watched("problems"),
    "study_care": Watched("care"),
    "study_incidents": Watched("incidents"),
    "study_incidents_one": Watched("incidents"),
    "study_audit": Watched("audit"),
    "study_audit_file": Watched("audit", DOWNLOAD),
}
