"""Whether somebody may take part at all: age, deciding for oneself, somebody else's consent."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from annotation.models import ConsentVersion, EthicsSettings, LegalScreen, ProxyConsent, Rater, Study


class Gate(StrEnum):
    OPEN = "open"
    # The two questions are not answered yet.
    ASK = "ask"
    # Somebody else must consent as well, and has not.
    PROXY = "proxy"
    # The study takes nobody who answers so.
    CLOSED = "closed"


def asks_anything(settings: EthicsSettings | None) -> bool:
    return settings is not None and (settings.minimum_age is not None or settings.asks_capacity)


def lacks_something(settings: EthicsSettings, *, is_of_age: bool, has_capacity: bool) -> bool:
    """Whether these answers need somebody else's consent."""
    too_young = settings.minimum_age is not None and not is_of_age
    return too_young or (settings.asks_capacity and not has_capacity)


def _newest_version(study_id: int) -> ConsentVersion | None:
    return ConsentVersion.objects.filter(study=study_id).order_by("-number").first()


def proxies_for_newest(study: Study | int) -> dict[int, ProxyConsent]:
    """Standing consents of others to the newest text, by rater. Two queries."""
    newest = _newest_version(study if isinstance(study, int) else study.pk)
    if newest is None:
        return {}
    standing = ProxyConsent.objects.filter(version=newest, withdrawn_at__isnull=True)
    return {proxy.rater_id: proxy for proxy in standing}


def gate_of(rater: Rater) -> Gate:
    """Where a rater stands. One query in a study that asks nothing, up to four in others."""
    settings = EthicsSettings.objects.filter(study=rater.study_id).first()
    if settings is None or not asks_anything(settings):
        return Gate.OPEN
    screen = LegalScreen.objects.filter(rater=rater).first()
    if screen is None:
        return Gate.ASK
    if not lacks_something(settings, is_of_age=screen.is_of_age, has_capacity=screen.has_capacity):
        return Gate.OPEN
    if not settings.takes_proxy:
        return Gate.CLOSED
    return Gate.OPEN if rater.pk in proxies_for_newest(rater.study_id) else Gate.PROXY


def raters_with_proxy(study: Study, raters: Sequence[Rater]) -> set[int]:
    """Of these raters, those who need somebody else's consent. Two queries."""
    settings = EthicsSettings.objects.filter(study=study).first()
    if settings is None or not asks_anything(settings):
        return set()
    return {
        screen.rater_id
        for screen in LegalScreen.objects.filter(rater__in=raters)
        if lacks_something(settings, is_of_age=screen.is_of_age, has_capacity=screen.has_capacity)
    }
