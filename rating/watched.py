"""Pages, files and API answers of ratings that the access log notes, by URL name."""

from __future__ import annotations

from annotation.access_log import Watched
from annotation.models import AccessEvent

DOWNLOAD, API = AccessEvent.Way.DOWNLOAD, AccessEvent.Way.API

WATCHED = {
    "study_watch": Watched("raters"),
    "study_quality": Watched("raters"),
    "study_training_people": Watched("raters"),
    "analysis_raters": Watched("raters"),
    "analysis_item": Watched("comments"),
    "export_comments": Watched("comments"),
    "export_download": Watched("export", DOWNLOAD),
    "export_stored_file": Watched("export", DOWNLOAD),
    "study_archive_file": Watched("export", DOWNLOAD),
    "analysis_snapshot": Watched("snapshot", DOWNLOAD),
    "analysis_item_file": Watched("comments", DOWNLOAD),
    "api_items": Watched("sources", API),
    "api_item": Watched("sources", API),
    "api_item_sources": Watched("sources", API),
    "api_ready_file": Watched("export", API),
    "api_analysed_raters": Watched("raters", API),
    "api_analysed_item": Watched("comments", API),
    "api_given_consent_file": Watched("consents", API),
    "api_audit_file": Watched("audit", API),
    "api_ratings": Watched("ratings", API),
    "api_raters": Watched("raters", API),
    "api_problems": Watched("problems", API),
    "api_raters_watch": Watched("raters", API),
    "api_clearances": Watched("raters", API),
    "api_quality": Watched("raters", API),
    "api_pay": Watched("pay", API),
    "api_pay_file": Watched("pay", API),
    "api_incidents": Watched("incidents", API),
    "api_incident_read": Watched("incidents", API),
    "api_adjudications_file": Watched("export", API),
    "api_archive_file": Watched("export", API),
    "api_export_file": Watched("export", API),
    "api_snapshot_file": Watched("snapshot", API),
}
