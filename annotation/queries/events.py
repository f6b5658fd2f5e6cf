"""The audit trail in plain words, for the people who run a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation.models import STAFF_ROLES, AuditEvent, RoleGrant, Study
from annotation.models.people import Role
from annotation.models.records import QUIET_KINDS

WORDS = {
    "study.created": "made the study",
    "study.described": "changed the settings",
    "study.state_changed": "set the study from {before} to {after}",
    "study.copied": "made the study from an earlier one",
    "group.added": "added the group “{key}”",
    "group.described": "changed the words for the group “{key}”",
    "consent.published": "published version {number} of the consent text",
    "consent.given": "agreed to the consent text",
    "consent.changed": "changed what they agree to",
    "rater.left": "recorded that a rater has left",
    "ratings.erased": "erased what a rater gave, as the rater wished",
    "snapshot.reduced": "took withdrawn ratings out of a snapshot",
    "snapshot.erased": "erased a snapshot of withdrawn ratings only",
    "study.data_terms": "set the contact and the data freeze",
    "member.added": "took somebody into the study",
    "rater.added": "added a rater to the group “{group}”",
    "rubric.loaded": "loaded a rubric",
    "rubric.begun": "began version {number} of a rubric",
    "rubric.edited": "changed draft {number} of a rubric",
    "rubric.discarded": "took draft {number} of the rubric away",
    "rubric.published": "published version {number} of the rubric",
    "item.added": "added an item",
    "plan.made": "planned a {stage} stage",
    "plan.opened": "started the {stage} stage",
    "plan.closed": "closed the {stage} stage",
    "plan.simulated": "simulated a plan",
    "known_item.added": "set an item aside ({use})",
    "known_item.removed": "put an item back ({use})",
    "known_item.keyed": "stored {n_keys} known answers of an item",
    "checks.set": "set tries and rates of checks",
    "pass_marks.set": "set the pass marks",
    "practice.finished": "finished practice",
    "qualification.passed": "passed the qualification (try {number})",
    "qualification.not_passed": "did not pass the qualification (try {number})",
    "qualification.undecided": "skipped most of the qualification: please decide",
    "clearance.by_hand": "let a rater pass by hand: {reason}",
    "clearance.invited_again": "invited a rater to practise again",
    "problem.reported": "reported a problem with an item",
    "problem.answered": "answered a reported problem",
    "snapshot.taken": "took a snapshot of the ratings",
    "analysis_plan.written": "wrote version {number} of the analysis plan",
    "analysis_plan.locked": "locked version {number} of the analysis plan",
    "analysis.started": "started an analysis",
    "analysis.finished": "finished an analysis",
    "study.imported": "imported a file ({kind_of})",
    "import.uploaded": "uploaded a file to import",
    "import.abandoned": "set an import aside",
    "invitation.created": "made an invitation link",
    "call.opened": "opened a public call for the group “{group}”",
    "call.closed": "closed a public call",
    "application.received": "received an application",
    "application.approved": "approved an application",
    "application.declined": "declined an application",
    "application.withdrawn": "lost an application that was taken back",
    "screening.set": "set when the screening is asked",
    "screening.question_added": "added a question to the screening",
    "screening.question_removed": "took a question out of the screening",
    "screening.passed": "answered the screening",
    "screening.not_eligible": "counted somebody whom the screening does not fit",
    "message.sent": "wrote to the raters who are behind",
    "pay.set": "set what raters are paid",
    "invitation.mailed": "invited somebody by e-mail",
    "invitation.sent_again": "sent an invitation again",
    "invitation.revoked": "withdrew an invitation link",
    "invitation.used": "joined by an invitation link",
    "incident.opened": "opened incident {number}",
    "incident.read": "read incident {number}",
    "incident.acted": "wrote into incident {number}",
    "incident.corrected": "corrected an entry of incident {number}",
    "incident.closed": "closed incident {number}",
    "incident.reopened": "opened incident {number} again",
    "screen.answered": "answered the questions before the consent text",
    "proxy.recorded": "noted somebody else's consent for a rater (version {number})",
    "proxy.withdrawn": "noted that somebody took back their consent for a rater",
    "data.requested": "asked for their own data",
    "retention.set": "set the days on which data go",
    "retention.noted": "noted that data were deleted by hand ({kind_of})",
    "retention.carried_out": "deleted what had reached its day ({kind_of}: {n})",
    "protection.noted": "added to the data protection assessment",
    "protection.signed": "signed the data protection assessment",
    "lock.opened": "put a data set up for signing",
    "lock.signed": "signed a data set as {capacity}",
    "lock.locked": "locked the records",
    "lock.lifted": "lifted the record lock",
    "log.written": "wrote entry {number} into the log ({kind_of})",
    "approval.added": "recorded the ethics approval {number}",
    "approval.withdrawn": "withdrew an ethics approval",
    "ethics.described": "said who may take part",
    "safeguarding.named": "named the safeguarding lead",
    "adjudication.chosen": "put up {n_items} items for adjudication",
    "adjudication.dropped": "took an item out of adjudication",
    "adjudication.taken": "took an item to adjudicate",
    "adjudication.own": "judged an item before deciding",
    "adjudication.decision": "decided on an item",
    "rating.second_look_asked": "asked a rater to look at a rating again",
    "rating.second_look_withdrawn": "took back such a question",
    "plan.target_set": "said by when the stage should be done",
    "raters.measured": "compared raters with their groups",
    "plan.shared": "opened {n_slots} waiting places of sequences to the whole group",
    "plan.topped_up": "added ratings to the stage",
    "plan.discarded": "deleted the {stage} stage, in which nobody had worked",
    "study.restored": "restored the study from an archive",
    "member.sites_set": "set whose people somebody sees",
    "site.added": "added the site “{key}”",
    "site.renamed": "gave the site “{key}” another name",
    "site.closed": "closed the site “{key}”",
    "rater.moved": "put a rater to another site",
    "member.left": "took somebody out of the study",
    "member.roles_changed": "changed somebody's roles",
}


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


def staff_names(study: Study) -> dict[int, str]:
    """Names of those who run the study and do not rate in it: raters stay without a name."""
    grants = RoleGrant.objects.filter(member__study=study, role__in=STAFF_ROLES)
    users = grants.exclude(member__grants__role=Role.RATER).select_related("member__user")
    return {
        grant.member.user_id: grant.member.user.get_full_name() or grant.member.user.get_username()
        for grant in users
    }


def recent_events(study: Study, *, limit: int = 10) -> list[EventLine]:
    """The newest events first. Two queries."""
    names = staff_names(study)
    events = AuditEvent.objects.filter(study=study).exclude(kind__in=QUIET_KINDS).select_related("payload")
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
