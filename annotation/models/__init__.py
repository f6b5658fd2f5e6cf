from annotation.models.base import new_code
from annotation.models.items import (
    Conversation,
    Factor,
    ImportBatch,
    Item,
    ItemFactor,
    Response,
    ResponseSource,
    Turn,
)
from annotation.models.people import ApiToken, Invitation, Member, Rater, Role, RoleGrant, User
from annotation.models.plans import Pass, Plan, PlanQuota, ProblemReport, QueueCursor, Slot
from annotation.models.records import AuditEvent, AuditPayload, ErasurePermit, Job
from annotation.models.rubrics import Level, Question, Rubric, RubricVersion, Scale
from annotation.models.studies import Consent, ConsentVersion, Group, Study

__all__ = [
    "ApiToken",
    "AuditEvent",
    "AuditPayload",
    "Consent",
    "ConsentVersion",
    "Conversation",
    "ErasurePermit",
    "Factor",
    "Group",
    "ImportBatch",
    "Invitation",
    "Item",
    "ItemFactor",
    "Job",
    "Level",
    "Member",
    "Pass",
    "Plan",
    "PlanQuota",
    "ProblemReport",
    "Question",
    "QueueCursor",
    "Rater",
    "Response",
    "ResponseSource",
    "Role",
    "RoleGrant",
    "Rubric",
    "RubricVersion",
    "Scale",
    "Slot",
    "Study",
    "Turn",
    "User",
    "new_code",
]
