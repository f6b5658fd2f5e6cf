"""Who answers for the safety of raters, as pages say it."""

from __future__ import annotations

from annotation.models import SafeguardingLead, Study


def lead_of(study: Study) -> SafeguardingLead | None:
    return SafeguardingLead.objects.filter(study=study).first()
