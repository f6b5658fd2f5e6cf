"""The only way from a URL to an object: scoped by study, 404 where it is not visible, 403 where it is
visible and not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from annotation.errors import Code, DomainError
from annotation.kept import Kept
from annotation.models import (
    ApiToken,
    Application,
    Consent,
    ConsentVersion,
    ContactWish,
    Departure,
    EthicsApproval,
    Group,
    ImportBatch,
    Incident,
    Invitation,
    Item,
    Job,
    LogEntry,
    Member,
    MemberSite,
    MessageCopy,
    Plan,
    ProblemReport,
    PublicCall,
    Rater,
    RecordLock,
    RetentionDate,
    Role,
    RoleGrant,
    RubricVersion,
    ScreeningQuestion,
    Seat,
    Site,
    Slot,
    Study,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from annotation.study_access import StudyAccess as StudyAccess  # noqa: PLC0414 (others take it from here)

AnyUser = User | AnonymousUser
M = TypeVar("M", bound=Model)
T = TypeVar("T")


# Roles that reach as far as a member's sites; whoever owns a study is bound to none.
SITED_ROLES = frozenset({Role.COORDINATOR, Role.RESEARCHER, Role.SAFEGUARDING})


def found(queryset: QuerySet[M], **conditions: object) -> M:
    """The one row that meets the conditions, or the 404 of the product."""
    row = queryset.filter(**conditions).first()
    if row is None:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    return row


def found_choice(choices: Mapping[str, T], name: str) -> T:
    """What an address names by a word of ours, or the 404 of the product."""
    if name not in choices:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    return choices[name]


def signed_in(user: AnyUser) -> User:
    """The login behind a request, for pages that stand outside any study."""
    if isinstance(user, User):
        return user
    raise DomainError(Code.NOT_ALLOWED, _("Please sign in first."))


def study_maker(user: AnyUser) -> User:
    """The login behind a request, where it may make studies."""
    login = signed_in(user)
    if not login.can_create_studies:
        raise DomainError(
            Code.NOT_ALLOWED, _("Your login may not set up studies. Ask whoever runs this site.")
        )
    return login


def memberships(user: AnyUser) -> QuerySet[Member]:
    return (
        Member.objects.filter(user_id=user.pk or 0, left_at__isnull=True)
        .select_related("study__safeguarding_lead", "rater__group")
        .prefetch_related("grants")
        .annotate(has_sites=Exists(MemberSite.objects.filter(member=OuterRef("pk"))))
        .order_by("-study__created_at", "-study_id")
    )


def is_bound(member: Member) -> bool:
    """Whether they see the people of some sites only. Of a member from `memberships`: no query."""
    has_sites: bool = member.has_sites  # type: ignore[attr-defined]
    return has_sites and Role.OWNER not in member.role_set()


def study_for(user: AnyUser, code: str, *roles: str) -> StudyAccess:
    """The study as a whole, for a member who holds at least one of `roles` (any member when none is named).

    Whoever is bound to sites coordinates, researches and safeguards there and not here: what shows or
    changes more than some sites' people stays shut for them unless its gate is `sites_for`.
    """
    access = sites_for(user, code, *roles)
    if not access.is_bound:
        return access
    whole = replace(access, roles=access.roles - SITED_ROLES)
    if roles and not whole.roles.intersection(roles):
        raise DomainError(
            Code.NOT_ALLOWED,
            _("This concerns the whole study. You take part in it for single sites only."),
        )
    return whole


def sites_for(user: AnyUser, code: str, *roles: str) -> StudyAccess:
    """The study as far as the member's sites reach: for pages that show people through `access.raters()`,
    or nobody at all."""
    member = found(memberships(user), study__code=code)
    held = member.role_set()
    if roles and not held.intersection(roles):
        raise DomainError(Code.NOT_ALLOWED, _("Your role in this study does not include this."))
    return StudyAccess(member.study, member, held, is_bound(member))


@dataclass(frozen=True)
class RaterAccess:
    study: Study
    member: Member
    rater: Rater


def _rating_members(login: int, code: str) -> QuerySet[Member]:
    rates = RoleGrant.objects.filter(member=OuterRef("pk"), role=Role.RATER)
    members = Member.objects.filter(user_id=login, left_at__isnull=True, study__code=code)
    joined = members.select_related("study__safeguarding_lead", "rater__group")
    return joined.annotate(rates=Exists(rates)).order_by()


_MEMBER = Kept(_rating_members, login=910_000_001, code="stand-in")


def rater_for(user: AnyUser, code: str) -> RaterAccess:
    """The study, for somebody who rates in it. One query: it stands at the head of every rater's page."""
    member = _MEMBER.first(login=user.pk or 0, code=code)
    if member is None:
        raise DomainError(Code.NOT_FOUND, _("There is nothing here, or it is not yours to see."))
    if not member.rates:  # type: ignore[attr-defined]
        raise DomainError(Code.NOT_ALLOWED, _("Your role in this study does not include this."))
    rater = getattr(member, "rater", None)
    if rater is None:
        raise DomainError(Code.NOT_ALLOWED, _("You are not among the raters of this study."))
    member.user, rater.member, rater.study = signed_in(user), member, member.study
    return RaterAccess(member.study, member, rater)


def item_for(user: AnyUser, study_code: str, item_code: str, *roles: str) -> Item:
    access = study_for(user, study_code, *roles)
    items = Item.objects.visible().select_related("conversation", "study")
    return found(items, study=access.study, code=item_code)


def invitation_for(user: AnyUser, study_code: str, code: str) -> Invitation:
    access = sites_for(user, study_code, Role.COORDINATOR)
    invitations = access.at_sites(Invitation.objects.select_related("group", "study"))
    return found(invitations, study=access.study, code=code)


def call_for(user: AnyUser, study_code: str, code: str) -> PublicCall:
    access = sites_for(user, study_code, Role.COORDINATOR)
    calls = access.at_sites(PublicCall.objects.select_related("group", "study"))
    return found(calls, study=access.study, code=code)


def screening_question_for(user: AnyUser, study_code: str, key: str) -> tuple[StudyAccess, ScreeningQuestion]:
    access = study_for(user, study_code, Role.COORDINATOR)
    return access, found(ScreeningQuestion.objects.select_related("study"), study=access.study, key=key)


def message_copy_for(user: AnyUser, study_code: str, message_code: str) -> MessageCopy:
    """A rater's own copy of a message to those who were behind."""
    rater = rater_for(user, study_code).rater
    return found(MessageCopy.objects.select_related("message"), rater=rater, message__code=message_code)


def application_for(user: AnyUser, study_code: str, code: str) -> Application:
    """Somebody's wish to join, for those who decide upon it."""
    access = sites_for(user, study_code, Role.COORDINATOR)
    calls = access.at_sites(PublicCall.objects.filter(study=access.study))
    applications = Application.objects.select_related("call__group", "call__study", "call__site")
    return found(applications, call__in=calls, code=code)


def member_for(user: AnyUser, study_code: str, code: str, *roles: str) -> Member:
    """A member who takes part in the study, for its coordinators or those with one of `roles`. Who is bound
    to sites finds those who rate there and run nothing."""
    access = sites_for(user, study_code, *(roles or (Role.COORDINATOR,)))
    members = Member.objects.filter(left_at__isnull=True).select_related("study", "user", "rater__group")
    if access.is_bound:
        team = RoleGrant.objects.exclude(role=Role.RATER).values("member")
        members = members.filter(rater__in=access.raters()).exclude(pk__in=team)
    return found(members.prefetch_related("grants"), study=access.study, code=code)


def token_for(user: AnyUser, code: str) -> ApiToken:
    """One of the login's own API tokens."""
    return found(ApiToken.objects.select_related("user"), user_id=user.pk or 0, code=code)


def problem_for(user: AnyUser, study_code: str, code: str) -> ProblemReport:
    access = sites_for(user, study_code, Role.COORDINATOR)
    problems = access.seen(ProblemReport.objects.select_related("item", "rater", "study"))
    return found(problems, study=access.study, code=code)


def wish_for(user: AnyUser, study_code: str, code: str) -> ContactWish:
    """A rater's wish to be contacted, for the coordinators whom it was sent to."""
    access = sites_for(user, study_code, Role.COORDINATOR)
    return found(access.seen(ContactWish.objects.all()), rater__study=access.study, code=code)


def approval_for(user: AnyUser, study_code: str, code: str) -> EthicsApproval:
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(EthicsApproval.objects.select_related("study"), study=access.study, code=code)


def incident_for(user: AnyUser, study_code: str, code: str) -> Incident:
    """For the owner and who holds the role for safeguarding; coordinators see none."""
    access = sites_for(user, study_code, Role.SAFEGUARDING)
    incidents = access.written(Incident.objects.select_related("study", "rater"), "opened_by")
    return found(incidents, study=access.study, code=code)


def lock_for(user: AnyUser, study_code: str, *roles: str) -> RecordLock:
    """What is up for signing in the study, or locked."""
    access = study_for(user, study_code, *roles)
    return found(RecordLock.objects.select_related("study"), study=access.study, lifted_at__isnull=True)


def retention_for(user: AnyUser, study_code: str, kind: str) -> RetentionDate:
    """The day of one kind of data, where one is set."""
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(RetentionDate.objects.select_related("study"), study=access.study, kind=kind)


def log_entry_for(user: AnyUser, study_code: str, code: str) -> LogEntry:
    access = sites_for(user, study_code, Role.COORDINATOR)
    entries = access.written(LogEntry.objects.select_related("study", "rater", "item"), "written_by")
    return found(entries, study=access.study, code=code)


def job_for(user: AnyUser, study_code: str, code: str) -> Job:
    access = study_for(user, study_code, Role.COORDINATOR, Role.RESEARCHER)
    return found(Job.objects.select_related("study"), study=access.study, code=code)


def plan_for(user: AnyUser, study_code: str, code: str) -> Plan:
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(Plan.objects.visible().select_related("study"), study=access.study, code=code)


def seat_for(user: AnyUser, study_code: str, plan_code: str, code: str) -> Seat:
    plan = plan_for(user, study_code, plan_code)
    return found(Seat.objects.select_related("plan__study", "group", "rater"), plan=plan, code=code)


def planned_slot_for(user: AnyUser, study_code: str, plan_code: str, code: str) -> Slot:
    plan = plan_for(user, study_code, plan_code)
    return found(Slot.objects.select_related("plan__study", "item", "group", "rater"), plan=plan, code=code)


def item_named(access: StudyAccess, name: str) -> Item:
    """An item by the name it has in the study, as people type it."""
    item = Item.objects.plannable().filter(study=access.study, external_id=name.strip()).first()
    if item is None:
        raise DomainError(Code.INVALID, _("The study has no item of this name that can be rated."))
    return item


def rater_named(access: StudyAccess, pseudonym: str) -> Rater:
    """Somebody who takes part in the study with a login, by pseudonym."""
    raters = access.raters().filter(member__left_at__isnull=True, member__isnull=False)
    rater = raters.select_related("group", "study").filter(pseudonym__iexact=pseudonym.strip()).first()
    if rater is None:
        raise DomainError(Code.INVALID, _("Nobody rates here with a login under this pseudonym."))
    return rater


def group_of(study: Study, key: str) -> Group | None:
    """The group of this key, which a request names; None where it names none."""
    if not key:
        return None
    group = Group.objects.filter(study=study, key=key).first()
    if group is None:
        raise DomainError(Code.INVALID, _("This study has no group “%(group)s”.") % {"group": key})
    return group


def site_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Site]:
    """A site of the study, for coordinators who are bound to none."""
    access = study_for(user, study_code, Role.COORDINATOR)
    return access, found(Site.objects.select_related("study"), study=access.study, code=code)


def rubric_version_for(user: AnyUser, study_code: str, code: str, *roles: str) -> RubricVersion:
    access = study_for(user, study_code, *roles)
    versions = RubricVersion.objects.select_related("rubric__study")
    return found(versions, rubric__study=access.study, code=code)


def rubric_draft_for(user: AnyUser, study_code: str, code: str) -> RubricVersion:
    """A rubric version that can still be changed, for the study's coordinators."""
    version = rubric_version_for(user, study_code, code, Role.COORDINATOR)
    if version.state != RubricVersion.State.DRAFT or not version.document:
        raise DomainError(
            Code.STATE_FORBIDS, _("A published version never changes: start a new version from it.")
        )
    return version


def batch_for(user: AnyUser, study_code: str, code: str) -> ImportBatch:
    """An import of the study, finished or not, for its coordinators."""
    access = study_for(user, study_code, Role.COORDINATOR)
    return found(ImportBatch.objects.select_related("study"), study=access.study, code=code)


def enrolled_rater_for(user: AnyUser, study_code: str, code: str) -> Rater:
    """A rater with a login who takes part, for the study's coordinators."""
    access = sites_for(user, study_code, Role.COORDINATOR)
    raters = access.raters().filter(member__isnull=False, member__left_at__isnull=True)
    return found(raters.select_related("study", "group", "site"), code=code)


def consent_for(user: AnyUser, study_code: str, rater_code: str, number: int | None = None) -> Consent:
    """What this rater agreed to last, or one version of it, for the study's coordinators."""
    rater = enrolled_rater_for(user, study_code, rater_code)
    given = Consent.objects.select_related("version", "rater__study").order_by("-version__number")
    if number is not None:
        given = given.filter(version__number=number)
    return found(given, rater=rater)


def own_consent_for(user: AnyUser, study_code: str, number: int) -> Consent:
    """One version that the rater behind the login agreed to."""
    rater = rater_for(user, study_code).rater
    given = Consent.objects.select_related("version", "rater__study")
    return found(given, rater=rater, version__number=number)


def consent_version_of(study: Study) -> ConsentVersion | None:
    """The newest consent text, which raters must agree to; None where the study has none."""
    return ConsentVersion.objects.filter(study=study).order_by("-number").first()


def webhook_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, WebhookEndpoint]:
    """A webhook, for the owners of its study."""
    access = study_for(user, study_code, Role.OWNER)
    endpoints = WebhookEndpoint.objects.select_related("study")
    return access, found(endpoints, study=access.study, code=code)


def delivery_for(user: AnyUser, study_code: str, hook: str, code: str) -> tuple[StudyAccess, WebhookDelivery]:
    access, endpoint = webhook_for(user, study_code, hook)
    deliveries = WebhookDelivery.objects.select_related("endpoint__study")
    return access, found(deliveries, endpoint=endpoint, code=code)


def receipt_for(receipt_code: str, study_code: str = "") -> Departure | None:
    """The departure behind a receipt's code. The code is the permission; None where it fits nothing."""
    departures = Departure.objects.select_related("study", "rater__member")
    if study_code:
        departures = departures.filter(study__code=study_code)
    return departures.filter(receipt_code=receipt_code).first()
