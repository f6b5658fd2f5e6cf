"""Who has agreed to which text, and who is still to be asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from annotation.models import Consent, ConsentVersion, ProxyConsent, Rater, Study
from annotation.queries.legal_gate import proxies_for_newest, raters_with_proxy
from annotation.queries.people import account_raters


@dataclass(frozen=True)
class ConsentRow:
    """`newest`: what this rater agreed to last; `proxy`: somebody else's consent to the newest text."""

    rater: Rater
    newest: Consent | None
    is_current: bool
    needs_proxy: bool
    proxy: ProxyConsent | None


def to_be_asked(study: Study) -> QuerySet[Rater]:
    """Raters who take part and have not agreed to the newest text."""
    newest = ConsentVersion.objects.filter(study=study).order_by("-number").values("pk")[:1]
    agreed = Consent.objects.filter(rater=OuterRef("pk"), version=newest)
    return account_raters(study).filter(~Exists(agreed))


def consent_rows(study: Study, raters: Sequence[Rater]) -> list[ConsentRow]:
    """One row for each of these raters, in their order. Six queries at most."""
    newest = ConsentVersion.objects.filter(study=study).order_by("-number").first()
    given = Consent.objects.filter(rater__in=raters).select_related("version").order_by("version__number")
    last = {consent.rater_id: consent for consent in given}
    need, proxies = raters_with_proxy(study, raters), proxies_for_newest(study)
    rows = []
    for rater in raters:
        mine = last.get(rater.pk)
        is_current = newest is None or (mine is not None and mine.version_id == newest.pk)
        rows.append(ConsentRow(rater, mine, is_current, rater.pk in need, proxies.get(rater.pk)))
    return rows
