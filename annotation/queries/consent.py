from __future__ import annotations

from annotation.models import Consent, ConsentVersion, Rater


def needs_consent(rater: Rater) -> ConsentVersion | None:
    """The newest consent text, if this rater has not agreed to it yet; None when nothing is to be asked."""
    newest = ConsentVersion.objects.filter(study=rater.study_id).order_by("-number").first()
    if newest is None or Consent.objects.filter(rater=rater, version=newest).exists():
        return None
    return newest
