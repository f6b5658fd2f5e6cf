"""The audit trail in plain words, for the people who run a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from annotation.models import STAFF_ROLES, AuditEvent, Group, RoleGrant, Study
from annotation.models.people import Role
from annotation.models.records import QUIET_KINDS

# A sentence’s second half, after who did it.
WORDS = {
    "study.created": _("made the study"),
    "study.described": _("changed the settings"),
    "study.state_changed": _("set the study from {before} to {after}"),
    "study.copied": _("made the study from an earlier one"),
    "group.added": _("added the group “{key}”"),
    "group.described": _("changed the words for the group “{key}”"),
    "consent.published": _("published version {number} of the consent text"),
    "consent.given": _("agreed to the consent text"),
    "consent.changed": _("changed what they agree to"),
    "rater.left": _("recorded that a rater has left"),
    "ratings.erased": _("erased what a rater gave, as the rater wished"),
    "snapshot.reduced": _("took withdrawn ratings out of a snapshot"),
    "snapshot.erased": _("erased a snapshot of withdrawn ratings only"),
    "study.data_terms": _("set the contact and the data freeze"),
    "member.added": _("took somebody into the study"),
    "rater.added": _("added a rater to the group “{group}”"),
    "rubric.loaded": _("loaded a rubric"),
    "rubric.begun": _("began version {number} of a rubric"),
    "rubric.edited": _("changed draft {number} of a rubric"),
    "rubric.discarded": _("took draft {number} of the rubric away"),
    "rubric.published": _("published version {number} of the rubric"),
    "item.added": _("added an item"),
    "plan.made": _("planned a {stage} stage"),
    "plan.opened": _("started the {stage} stage"),
    "plan.closed": _("closed the {stage} stage"),
    "plan.simulated": _("simulated a plan"),
    "known_item.added": _("set an item aside ({use})"),
    "known_item.removed": _("put an item back ({use})"),
    "known_item.keyed": _("stored {n_keys} known answers of an item"),
    "checks.set": _("set tries and rates of checks"),
    "pass_marks.set": _("set the pass marks"),
    "practice.finished": _("finished practice"),
    "qualification.passed": _("passed the qualification (try {number})"),
    "qualification.not_passed": _("did not pass the qualification (try {number})"),
    "qualification.undecided": _("skipped most of the qualification: please decide"),
    "clearance.by_hand": _("let a rater pass by hand: {reason}"),
    "clearance.invited_again": _("invited a rater to practise again"),
    "problem.reported": _("reported a problem with an item"),
    "problem.answered": _("answered a reported problem"),
    "snapshot.taken": _("took a snapshot of the ratings"),
    "analysis_plan.written": _("wrote version {number} of the analysis plan"),
    "analysis_plan.locked": _("locked version {number} of the analysis plan"),
    "analysis.started": _("started an analysis"),
    "analysis.finished": _("finished an analysis"),
    "study.imported": _("imported a file ({kind_of})"),
    "import.uploaded": _("uploaded a file to import"),
    "import.abandoned": _("set an import aside"),
    "invitation.created": _("made an invitation link"),
    "call.opened": _("opened a public call for the group “{group}”"),
    "call.closed": _("closed a public call"),
    "application.received": _("received an application"),
    "application.approved": _("approved an application"),
    "application.declined": _("declined an application"),
    "application.withdrawn": _("lost an application that was taken back"),
    "screening.set": _("set when the screening is asked"),
    "screening.question_added": _("added a question to the screening"),
    "screening.question_removed": _("took a question out of the screening"),
    "screening.passed": _("answered the screening"),
    "screening.not_eligible": _("counted somebody whom the screening does not fit"),
    "message.sent": _("wrote to the raters who are behind"),
    "pay.set": _("set what raters are paid"),
    "invitation.mailed": _("invited somebody by e-mail"),
    "invitation.sent_again": _("sent an invitation again"),
    "invitation.revoked": _("withdrew an invitation link"),
    "invitation.used": _("joined by an invitation link"),
    "incident.opened": _("opened incident {number}"),
    "incident.read": _("read incident {number}"),
    "incident.acted": _("wrote into incident {number}"),
    "incident.corrected": _("corrected an entry of incident {number}"),
    "incident.closed": _("closed incident {number}"),
    "incident.reopened": _("opened incident {number} again"),
    "screen.answered": _("answered the questions before the consent text"),
    "proxy.recorded": _("noted somebody else's consent for a rater (version {number})"),
    "proxy.withdrawn": _("noted that somebody took back their consent for a rater"),
    "data.requested": _("asked for their own data"),
    "retention.set": _("set the days on which data go"),
    "retention.noted": _("noted that data were deleted by hand ({kind_of})"),
    "retention.carried_out": _("deleted what had reached its day ({kind_of}: {n})"),
    "protection.noted": _("added to the data protection assessment"),
    "protection.signed": _("signed the data protection assessment"),
    "lock.opened": _("put a data set up for signing"),
    "lock.signed": _("signed a data set as {capacity}"),
    "lock.locked": _("locked the records"),
    "lock.lifted": _("lifted the record lock"),
    "log.written": _("wrote entry {number} into the log ({kind_of})"),
    "approval.added": _("recorded the ethics approval {number}"),
    "approval.withdrawn": _("withdrew an ethics approval"),
    "ethics.described": _("said who may take part"),
    "safeguarding.named": _("named the safeguarding lead"),
    "adjudication.chosen": _("put up {n_items} items for adjudication"),
    "adjudication.dropped": _("took an item out of adjudication"),
    "adjudication.taken": _("took an item to adjudicate"),
    "adjudication.own": _("judged an item before deciding"),
    "adjudication.decision": _("decided on an item"),
    "rating.second_look_asked": _("asked a rater to look at a rating again"),
    "rating.second_look_withdrawn": _("took back such a question"),
    "plan.target_set": _("said by when the stage should be done"),
    "raters.measured": _("compared raters with their groups"),
    "plan.shared": _("opened {n_slots} waiting places of sequences to the whole group"),
    "plan.topped_up": _("added ratings to the stage"),
    "plan.discarded": _("deleted the {stage} stage, in which nobody had worked"),
    "study.restored": _("restored the study from an archive"),
    "member.sites_set": _("set whose people somebody sees"),
    "site.added": _("added the site “{key}”"),
    "site.renamed": _("gave the site “{key}” another name"),
    "site.closed": _("closed the site “{key}”"),
    "site.reopened": _("reopened the site “{key}”"),
    "rater.moved": _("put a rater to another site"),
    "member.left": _("took somebody out of the study"),
    "member.roles_changed": _("changed somebody's roles"),
    "alerts.chosen": _("chose which alerts come by e-mail"),
    "archive.started": _("asked for an archive of the study"),
    "archive.made": _("made an archive of the study"),
    "archive.deleted": _("deleted an archive of the study"),
    "archive.expired": _("deleted an archive whose days were over"),
    "archive.withdrawn": _("deleted an archive: somebody in it took their data back"),
    "care.described": _("changed how raters are cared for"),
    "comments.released": _("let comments that were held back into later files"),
    "comments.held_again": _("held a comment back again"),
    "export.started": _("asked for a file of the ratings ({format})"),
    "export.unlocked": _("unlocked restricted passages for a file: {reason}"),
    "export.made": _("made a file of the ratings"),
    "export.deleted": _("deleted a file of the ratings"),
    "export.withdrawn": _("deleted a file: somebody in it took their data back"),
    "export.expired": _("deleted a file whose days were over"),
    "export.policy": _("set how small a group files tell, and how long they are kept"),
    "import.mapped": _("said what the columns of a file are"),
    "import.identifiers_decided": _("decided about names and numbers found in a file"),
    "item.passed": _("skipped an item"),
    "item.withheld": _("kept an item from a rater"),
    "login.created": _("made a login"),
    "login.second_step_reset": _("reset a second step of signing in"),
    "rating.submitted": _("rated an item"),
    "rating.revised": _("revised a rating"),
    "seat.filled": _("gave a rater a place in a sequence"),
    "seat.freed": _("freed a place in a sequence"),
    "slot.assigned": _("gave an item to a certain rater"),
    "slot.claimed": _("took an item to rate"),
    "slot.released": _("put an item back"),
    "slot.reopened": _("opened a place of an item again"),
    "token.created": _("made an API token"),
    "token.deleted": _("deleted an API token"),
    "webhook.added": _("added a webhook"),
    "webhook.deleted": _("deleted a webhook"),
    "webhook.switched": _("switched a webhook on or off"),
    "webhook.secret_renewed": _("renewed the secret of a webhook"),
    "webhook.tried": _("sent a trial message to a webhook"),
    "webhook.sent_again": _("sent a message of a webhook again"),
    "webhook.gave_up": _("gave up a webhook that did not answer for three days"),
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
    known = WORDS.get(kind)
    words = gettext(known) if known else kind.replace(".", " ").replace("_", " ")
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
    """The newest events first. Three queries."""
    names, groups = staff_names(study), _group_names(study)
    events = AuditEvent.objects.filter(study=study).exclude(kind__in=QUIET_KINDS).select_related("payload")
    lines = []
    for event in events.order_by("-id")[:limit]:
        payload = getattr(event, "payload", None)
        fallback = gettext("A rater") if event.actor_id else "Attune"
        lines.append(
            EventLine(
                who=names.get(event.actor_id or 0, fallback),
                words=event_words(event.kind, _with_group_names(payload.data if payload else {}, groups)),
                at=event.created_at,
            )
        )
    return lines


def _group_names(study: Study) -> dict[str, str]:
    return dict(Group.objects.filter(study=study).values_list("key", "name"))


def _with_group_names(data: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    """A group that still exists by its name; the key of one that does not."""
    return {**data, "group": names.get(data["group"], data["group"])} if "group" in data else data
