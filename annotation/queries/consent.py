"""Consent texts: who must be asked, what changed between two, who agreed to what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from annotation.models import CheckSettings, Consent, ConsentTick, ConsentVersion, Rater, Study, TickAnswer

# Keys of ticks that the software acts on.
SHARE_PUBLICLY = "share_publicly"
HIDDEN_CHECKS = "hidden_checks"

CHECKS_SENTENCE = (
    "Some items come twice, and some have an answer that is known. They look like all others and show "
    "how steady ratings are."
)


def needs_consent(rater: Rater) -> ConsentVersion | None:
    """The newest consent text, if this rater has not agreed to it yet; None when nothing is to be asked."""
    newest = ConsentVersion.objects.filter(study=rater.study_id).order_by("-number").first()
    if newest is None or Consent.objects.filter(rater=rater, version=newest).exists():
        return None
    return newest


def newest_consent(rater: Rater) -> Consent | None:
    """What this rater agreed to last; None before the first time."""
    given = Consent.objects.filter(rater=rater).select_related("version")
    return given.order_by("-version__number").first()


@dataclass(frozen=True)
class Change:
    """A paragraph or a tick that came or went between two consent texts."""

    is_added: bool
    words: str


def text_parts(title: str, body: str, ticks: Iterable[str]) -> list[str]:
    """Title, paragraphs and ticks: what is compared between two texts."""
    paragraphs = re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip())
    return [title, *(part.strip() for part in paragraphs), *(f"☐ {words}" for words in ticks)]


def parts_of(version: ConsentVersion) -> list[str]:
    return text_parts(version.title, version.body, [tick.words for tick in version.ticks.all()])


def changes_between(old: ConsentVersion, new: ConsentVersion) -> list[Change]:
    """Whole paragraphs and ticks, in the order of the texts, what went before what came."""
    return changed_parts(parts_of(old), parts_of(new))


def changed_parts(before: list[str], after: list[str]) -> list[Change]:
    """What went and what came, part by part.

    >>> [(one.is_added, one.words) for one in changed_parts(["a", "b"], ["a", "c"])]
    [(False, 'b'), (True, 'c')]
    """
    changes: list[Change] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, low, high, start, end in matcher.get_opcodes():
        if kind != "equal":
            changes += [Change(is_added=False, words=words) for words in before[low:high]]
            changes += [Change(is_added=True, words=words) for words in after[start:end]]
    return changes


@dataclass(frozen=True)
class TickState:
    """A tick of a version that a rater agreed to, and what they say of it now."""

    tick: ConsentTick
    answer: TickAnswer


def tick_states(consent: Consent) -> list[TickState]:
    """In the order of the text, each with its newest answer. One query."""
    newest: dict[int, TickAnswer] = {}
    for answer in TickAnswer.objects.filter(consent=consent).select_related("tick").order_by("pk"):
        newest[answer.tick_id] = answer
    states = [TickState(answer.tick, answer) for answer in newest.values()]
    return sorted(states, key=lambda state: state.tick.position)


def consent_statement(rater: Rater) -> list[dict[str, Any]]:
    """Everything a rater has agreed to, oldest first, as it stands on a receipt. JSON."""
    given = Consent.objects.filter(rater=rater).select_related("version").order_by("version__number")
    return [
        {
            "number": consent.version.number,
            "title": consent.version.title,
            "language": consent.language,
            "given_at": consent.given_at.isoformat(),
            "ticks": [
                {
                    "key": state.tick.key,
                    "words": state.tick.words,
                    "is_required": state.tick.is_required,
                    "is_agreed": state.answer.is_agreed,
                    "at": state.answer.answered_at.isoformat(),
                }
                for state in tick_states(consent)
            ],
        }
        for consent in given
    ]


def sharing_raters(study: Study) -> QuerySet[Rater]:
    """Raters with a login whose newest consent has, as things stand, the tick to share publicly."""
    newest = Consent.objects.filter(rater=OuterRef("pk")).order_by("-version__number").values("pk")[:1]
    answers = TickAnswer.objects.filter(consent=OuterRef("newest_consent"), tick__key=SHARE_PUBLICLY)
    raters = Rater.objects.filter(study=study).annotate(newest_consent=Subquery(newest))
    latest = answers.order_by("-pk").values("is_agreed")[:1]
    return raters.annotate(shares=Subquery(latest)).filter(shares=True)


def uses_hidden_checks(study: Study) -> bool:
    """Whether raters of the study may meet an item twice, or one whose answer is known, unmarked."""
    rates = Q(gold_every__gt=0) | Q(repeat_every__gt=0) | Q(attention_every__gt=0)
    return CheckSettings.objects.filter(rates, study=study).exists()


def announced(study: Study) -> bool:
    """Whether the newest consent text says that hidden checks exist: by its tick or its sentence."""
    newest = ConsentVersion.objects.filter(study=study).order_by("-number").first()
    if newest is None:
        return False
    return CHECKS_SENTENCE in newest.body or newest.ticks.filter(key=HIDDEN_CHECKS).exists()


def consent_texts(study: Study) -> QuerySet[ConsentVersion]:
    """All published texts, the newest first."""
    return ConsentVersion.objects.filter(study=study).order_by("-number")
