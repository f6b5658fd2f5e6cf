"""The audit trail in plain words, for the people who run a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation.models import AuditEvent, RoleGrant, Study
from annotation.models.people import Role

# Claims and ratings would drown the rest; what raters skip is theirs.
QUIET = ("slot.claimed", "slot.released", "item.passed", "rating.submitted", "rating.revised")

WORDS = {
    "study.created": "made the study",
    "study.described": "changed the settings",
    "study.state_changed": "set the study from {before} to {after}",
    "group.added": "added the group “{key}”",
    "consent.published": "published version {number} of the consent text",
    "consent.given": "agreed to the consent text",
    "member.added": "took somebody into the study",
    "rater.added": "added a rater to the group “{group}”",
    "rubric.loaded": "loaded a rubric",
    "rubric.published": "published version {number} of the rubric",
    "item.added": "added an item",
    "plan.made": "planned a {stage} stage",
    "plan.opened": "started the {stage} stage",
    "plan.closed": "closed the {stage} stage",
    "problem.reported": "reported a problem with an item",
    "problem.answered": "answered a reported problem",
    "snapshot.taken": "took a snapshot of the ratings",
    "analysis.started": "started an analysis",
    "analysis.finished": "finished an analysis",
    "study.imported": "imported a file ({kind_of})",
    "import.uploaded": "uploaded a file to import",
    "import.abandoned": "set an import aside",
    "invitation.created": "made an invitation link",
    "invitation.revoked": "withdrew an invitation link",
    "invitation.used": "joined by an invitation link",
    "member.left": "took somebody out of the study",
    "member.roles_changed": "changed somebody's roles",
}

STAFF_ROLES = (Role.OWNER, Role.COORDINATOR, Role.RESEARCHER)


class _Gaps(dict[str, Any]):
    """An erased payload leaves gaps, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True)
class EventLine:
    who: str
    words: str
    at: datetime


def event_words(kind: str, data: Mapping[str, Any]) -> str:
    """A sentence's second half; kinds without words of their own read as "import finished".

    >>> event_words("study.state_changed", {"before": "draft", "after": "open"})
    'set the study from draft to open'
    """
    words = WORDS.get(kind, kind.replace(".", " ").replace("_", " "))
    return words.format_map(_Gaps(data))


def _staff_names(study: Study) -> dict[int, str]:
    """Names of those who run the study and do not rate in it: raters stay without a name."""
    grants = RoleGrant.objects.filter(member__study=study, role__in=STAFF_ROLES)
    users = grants.exclude(member__grants__role=Role.RATER).select_related("member__user")
    return {
        grant.member.user_id: grant.member.user.get_full_name() or grant.member.user.get_username()
        for grant in users
    }


def recent_events(study: Study, *, limit: int = 10) -> list[EventLine]:
    """The newest events first. Two queries."""
    names = _staff_names(study)
    events = AuditEvent.objects.filter(study=study).exclude(kind__in=QUIET).select_related("payload")
    lines = []
    for event in events.order_by("-id")[:limit]:
        payload = getattr(event, "payload", None)
        fallback = "A rater" if event.actor_id else "Attune"
        lines.append(
            EventLine(
                who=names.get(event.actor_id or 0, fallback),
                words=event_words(event.kind, payload.data if payload else {}),
                at=event.created_at,
            )
        )
    return lines
