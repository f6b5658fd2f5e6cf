"""The consent as somebody gave it: the whole text, every tick, and what can no longer be taken back."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotation.documents.paper import Block, Paper, blocks_of
from annotation.models import Consent, ProxyConsent, Rater, Study
from annotation.queries.consent import tick_states
from annotation.queries.leaving import is_frozen


def _at(moment: datetime) -> str:
    return f"{date_format(moment, 'j F Y, H:i')} UTC"


def freeze_words(study: Study, *, now: datetime) -> str:
    """What can still be taken back, and what no longer."""
    if study.data_freeze_at is None:
        return _("You can leave at any time, and have everything you gave erased.")
    day = _at(study.data_freeze_at)
    if is_frozen(study, now):
        return _(
            "You can leave at any time. The data of this study were frozen on %(day)s: ratings, answers, "
            "comments and marked passages given until then are part of results that are out, and can no "
            "longer be taken back from them. What you told about how you are can still be deleted."
        ) % {"day": day}
    return _(
        "You can leave at any time, and have everything you gave erased until %(day)s. From then on ratings, "
        "answers, comments and marked passages can no longer be taken back; what you told about how you "
        "are can."
    ) % {"day": day}


def _proxy_facts(consent: Consent) -> list[Block]:
    proxies = ProxyConsent.objects.filter(rater=consent.rater_id, version=consent.version_id).order_by("pk")
    label, taken_back = _("Consent given for you by"), _("taken back")
    facts = []
    for proxy in proxies:
        words = f"{proxy.get_relationship_display()}, {date_format(proxy.given_on, 'j F Y')}"
        ended = f" ({taken_back} {_at(proxy.withdrawn_at)})" if proxy.withdrawn_at else ""
        facts.append(Block("fact", words + ended, label=label))
    return facts


def _tick_items(consent: Consent) -> list[Block]:
    yes, no = _("Yes"), _("No")
    return [
        Block(
            "item",
            f"{state.tick.words} {yes if state.answer.is_agreed else no} "
            f"({date_format(state.answer.answered_at, 'j F Y')})",
        )
        for state in tick_states(consent)
    ]


def consent_copy(consent: Consent, *, now: datetime) -> Paper:
    """A paper of one consent. Three queries; `consent` comes with its version and rater."""
    version, rater = consent.version, consent.rater
    facts = [
        Block("fact", rater.study.title, label=_("Study")),
        Block("fact", rater.pseudonym, label=_("Pseudonym")),
        Block("fact", str(version.number), label=_("Version of the text")),
        Block("fact", _at(consent.given_at), label=_("Agreed on")),
        *_proxy_facts(consent),
    ]
    ends = [Block("heading", _("What can be taken back")), Block("text", freeze_words(rater.study, now=now))]
    if rater.study.contact:
        ends += [Block("heading", _("Questions about the study")), Block("text", rater.study.contact)]
    return Paper(
        title=version.title,
        blocks=[
            *facts,
            *blocks_of(version.body),
            Block("heading", _("What was agreed to")),
            *_tick_items(consent),
            *ends,
        ],
        footer=_("Copy made on %(day)s") % {"day": _at(now)},
        language=version.language,
    )


def consents_of(rater: Rater) -> list[Consent]:
    """Newest first, each with its version and rater. One query."""
    given = Consent.objects.filter(rater=rater).select_related("version", "rater__study", "rater__group")
    return list(given.order_by("-version__number"))
