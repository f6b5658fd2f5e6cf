"""The only way from a URL to an object: scoped by study, 404 where it is not visible, 403 where it is
visible and not allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from annotation.errors import Code, DomainError
from annotation.models import (
    ApiToken,
    ConsentVersion,
    ImportBatch,
    Invitation,
    Item,
    Job,
    Member,
    Plan,
    ProblemReport,
    Rater,
    Role,
    RubricVersion,
    Study,
    User,
)

AnyUser = User | AnonymousUser
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class StudyAccess:
    """A study as one member may see it."""

    study: Study
    member: Member
    roles: frozenset[str]

    def can(self, role: str) -> bool:
        return role in self.roles


def found(queryset: QuerySet[M], **conditions: object) -> M:
    """The one row that meets the conditions, or the 404 of the product."""
    row = queryset.filter(**conditions).first()
    if row is None:
        raise DomainError(Code.NOT_FOUND, "There is nothing here, or it is not yours to see.")
    return row


def signed_in(user: AnyUser) -> User:
    """The login behind a request, for pages that stand outside any study."""
    if isinstance(user, User):
        return user
    raise DomainError(Code.NOT_ALLOWED, "Please sign in first.")


def memberships(user: AnyUser) -> QuerySet[Member]:
    return (
        Member.objects.filter(user_id=user.pk or 0, left_at__isnull=True)
        .select_related("study", "rater__group")
        .prefetch_related("grants")
        .order_by("-study__created_at", "-study_id")
    )


def study_for(user: AnyUser, code: str, *roles: str) -> StudyAccess:
    """The study, for a member who holds at least one of `roles` (any member when none is named)."""
    member = found(memberships(user), study__code=code)
    held = member.role_set()
    if roles and not held.intersection(roles):
        raise DomainError(Code.NOT_ALLOWED, "Your role in this study does not include this.")
    return StudyAccess(member.study, member, held)


@dataclass(frozen=True)
class RaterAccess:
    study: Study
    member: Member
    rater: Rater


def rater_for(user: AnyUser, code: str) -> RaterAccess:
    """The study, for somebody who rates in it."""
    access = study_for(user, code, Role.RATER)
    rater = Rater.objects.select_related("group", "study").filter(member=access.member).first()
    if rater is None:
        raise DomainError(Code.NOT_ALLOWED, "You are not among the raters of this study.")
    return RaterAccess(access.study, access.member, rater)


def item_for(user: AnyUser, study_code: str, item_code: str, *roles: str) -> Item:
    access = study_for(user, study_code, *roles)
    items = Item.objects.visible().select_related("conversation", "study")
    return found(items, study=access.study, code=item_code)


def invitation_for(user: AnyUser, study_code: str, code: str) -> Invitation:
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(Invitation.objects.select_related("group", "study"), study=access.study, code=code)


def member_for(user: AnyUser, study_code: str, code: str, *roles: str) -> Member:
    """A member who takes part in the study, for its coordinators or those with one of `roles`."""
    access = study_for(user, study_code, *(roles or (Role.COORDINATOR,)))
    members = Member.objects.filter(left_at__isnull=True).select_related("study", "user", "rater__group")
    return found(members.prefetch_related("grants"), study=access.study, code=code)


def token_for(user: AnyUser, code: str) -> ApiToken:
    """One of the login's own API tokens."""
    return found(ApiToken.objects.select_related("user"), user_id=user.pk or 0, code=code)


def problem_for(user: AnyUser, study_code: str, code: str) -> ProblemReport:
    access = study_for(user, study_code, Role.COORDINATOR)
    problems = ProblemReport.objects.select_related("item", "rater", "study")
    return found(problems, study=access.study, code=code)


def job_for(user: AnyUser, study_code: str, code: str) -> Job:
    access = study_for(user, study_code, Role.COORDINATOR, Role.RESEARCHER)
    return found(Job.objects.select_related("study"), study=access.study, code=code)


def plan_for(user: AnyUser, study_code: str, code: str) -> Plan:
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(Plan.objects.visible().select_related("study"), study=access.study, code=code)


def rubric_version_for(user: AnyUser, study_code: str, code: str, *roles: str) -> RubricVersion:
    access = study_for(user, study_code, *roles)
    versions = RubricVersion.objects.select_related("rubric__study")
    return found(versions, rubric__study=access.study, code=code)


def batch_for(user: AnyUser, study_code: str, code: str) -> ImportBatch:
    """An import of the study, finished or not, for its coordinators."""
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(ImportBatch.objects.select_related("study"), study=access.study, code=code)


def consent_version_of(study: Study) -> ConsentVersion | None:
    """The newest consent text, which raters must agree to; None where the study has none."""
    return ConsentVersion.objects.filter(study=study).order_by("-number").first()
