"""From a URL of the rating app to an object: scoped by study, 404 unseen, 403 seen and not allowed."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotation.access import (
    AnyUser,
    RaterAccess,
    StudyAccess,
    found,
    rater_for,
    sites_for,
    study_for,
    study_maker,
)
from annotation.errors import Code, DomainError
from annotation.models import Item, Job, KeyedItem, Rater, Role
from rating.job_kinds import RESTORE_STUDY, SIMULATE_PLAN
from rating.models import (
    Adjudication,
    Analysis,
    AnalysisPlan,
    Export,
    Figure,
    HeldComment,
    Presentation,
    Rating,
    SecondLook,
    Snapshot,
    StudyArchive,
)


@dataclass(frozen=True)
class AnalysisAccess:
    """An analysis, as a researcher of its study may see it."""

    access: StudyAccess
    analysis: Analysis

    @property
    def sees_hidden(self) -> bool:
        """Whether they may learn what a hidden factor parts: nobody who rates in the study."""
        return not self.access.can(Role.RATER)


def analysis_plan_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, AnalysisPlan]:
    """An analysis plan of the study, for its researchers."""
    access = study_for(user, study_code, Role.RESEARCHER)
    plans = AnalysisPlan.objects.select_related("study", "locked_by", "created_by")
    return access, found(plans, study=access.study, code=code)


def analysis_for(user: AnyUser, study_code: str, code: str) -> AnalysisAccess:
    """An analysis of the study, for its researchers."""
    access = study_for(user, study_code, Role.RESEARCHER)
    return AnalysisAccess(access, found(_analyses(), study=access.study, code=code))


def analysed_raters_for(user: AnyUser, study_code: str, code: str) -> AnalysisAccess:
    """An analysis of the study, for those who may look at single raters: researchers and coordinators."""
    access = study_for(user, study_code, Role.RESEARCHER, Role.COORDINATOR)
    return AnalysisAccess(access, found(_analyses(), study=access.study, code=code))


def _analyses() -> QuerySet[Analysis]:
    return Analysis.objects.select_related("snapshot", "job", "study", "created_by", "plan")


def figure_for(user: AnyUser, study_code: str, code: str, key: str) -> Figure:
    """A figure of an analysis, for researchers of the study."""
    analysis = analysis_for(user, study_code, code).analysis
    return found(Figure.objects.filter(analysis=analysis), key=key)


def analysed_item_for(
    user: AnyUser, study_code: str, code: str, item_code: str
) -> tuple[AnalysisAccess, Item]:
    """An item of the analysis's study, for its researchers."""
    seen = analysis_for(user, study_code, code)
    items = Item.objects.visible().select_related("conversation", "study")
    return seen, found(items, study=seen.analysis.study, code=item_code)


def snapshot_for(user: AnyUser, study_code: str, code: str) -> Snapshot:
    """A snapshot of the study, for its researchers."""
    access = study_for(user, study_code, Role.RESEARCHER)
    return found(Snapshot.objects.filter(study=access.study), code=code)


def snapshot_file_for(user: AnyUser, study_code: str, code: str) -> tuple[Snapshot, File[bytes]]:
    """The frozen rows themselves, for researchers who do not rate where they hold hidden factors."""
    access = study_for(user, study_code, Role.RESEARCHER)
    snapshot = found(Snapshot.objects.filter(study=access.study), code=code)
    hides = any(factor["is_hidden"] for factor in snapshot.description.get("factors", []))
    if hides and access.can(Role.RATER):
        raise DomainError(Code.NOT_ALLOWED, _("This file names factors that raters must not see."))
    if not default_storage.exists(snapshot.file_name):
        raise DomainError(Code.NOT_FOUND, _("The frozen ratings are not there."))
    return snapshot, default_storage.open(snapshot.file_name)


def export_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Export]:
    """A stored export of the study, for coordinators and researchers; one with unlocked passages for
    coordinators alone."""
    access = study_for(user, study_code, Role.COORDINATOR, Role.RESEARCHER)
    exports = Export.objects.select_related("study", "job", "created_by")
    export = found(exports, study=access.study, code=code)
    if export.unlock_reason and not access.can(Role.COORDINATOR):
        raise DomainError(
            Code.NOT_ALLOWED, _("This file holds unlocked passages: only coordinators may have it.")
        )
    return access, export


def archive_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, StudyArchive]:
    """An archive of the whole study, for its owners."""
    access = study_for(user, study_code, Role.OWNER)
    archives = StudyArchive.objects.select_related("study", "job", "created_by")
    return access, found(archives, study=access.study, code=code)


def restoring_for(user: AnyUser, code: str) -> Job:
    """The restoring of a study, for whoever began it."""
    jobs = Job.objects.filter(kind=RESTORE_STUDY).select_related("study")
    return found(jobs, created_by=study_maker(user), code=code)


def held_comment_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, HeldComment]:
    """A comment that was held back from exports, for coordinators of its study."""
    access = study_for(user, study_code, Role.COORDINATOR)
    held = HeldComment.objects.select_related("rating")
    return access, found(held, rating__slot__plan__study=access.study, code=code)


def simulation_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Job]:
    """A simulation of the study's plan, for its coordinators and researchers."""
    access = study_for(user, study_code, Role.COORDINATOR, Role.RESEARCHER)
    jobs = Job.objects.filter(kind=SIMULATE_PLAN).select_related("study")
    return access, found(jobs, study=access.study, code=code)


def slot_rating_for(user: AnyUser, study_code: str, slot_code: str) -> tuple[StudyAccess, Rating]:
    """The rating that counts of a slot, for coordinators of its study."""
    access = sites_for(user, study_code, Role.COORDINATOR)
    here = Rating.objects.filter(slot__plan__study=access.study, current_of__isnull=False)
    ratings = access.seen(here)
    related = ratings.select_related("slot__plan__study", "slot__item", "rater__member", "rater__group")
    return access, found(related, slot__code=slot_code)


def second_look_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, SecondLook]:
    """What somebody was asked to look at again, for coordinators of the study."""
    access = sites_for(user, study_code, Role.COORDINATOR)
    looks = access.seen(SecondLook.objects.select_related("rating__rater__study"), "rating__rater")
    return access, found(looks, rating__slot__plan__study=access.study, code=code)


def asked_look_for(user: AnyUser, study_code: str, code: str) -> tuple[RaterAccess, SecondLook]:
    """The same, for the rater who was asked."""
    access = rater_for(user, study_code)
    looks = SecondLook.objects.select_related("rating__rater__study")
    return access, found(looks, rating__rater=access.rater, code=code)


def adjudication_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Adjudication]:
    """An item that is or was adjudicated: for whoever has it, and for coordinators and researchers."""
    access = study_for(user, study_code, Role.ADJUDICATOR, Role.COORDINATOR, Role.RESEARCHER)
    related = Adjudication.objects.select_related(
        "plan__study", "plan__rubric_version", "item__conversation", "as_group", "adjudicator__user"
    )
    seen = related.filter(plan__study=access.study)
    if not access.roles & {Role.COORDINATOR, Role.RESEARCHER}:
        seen = seen.filter(adjudicator=access.member)
    return access, found(seen, code=code)


def untaken_adjudication_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Adjudication]:
    """An item put up for adjudication, for coordinators of the study."""
    access = study_for(user, study_code, Role.COORDINATOR)
    made = Adjudication.objects.select_related("plan__study", "item")
    return access, found(made, plan__study=access.study, code=code)


def presentation_for(user: AnyUser, study_code: str, slot_code: str) -> tuple[RaterAccess, Presentation]:
    """What was shown to this rater in a slot; a slot never handed to them does not exist for them."""
    access = rater_for(user, study_code)
    presentations = Presentation.objects.select_related("slot__item", "slot__plan", "rubric_version")
    return access, found(presentations, rater=access.rater, slot__code=slot_code)


def keeper_for(user: AnyUser, code: str) -> StudyAccess:
    """A coordinator who may see known answers and which items check: nobody who rates in the study."""
    return _who_does_not_rate(study_for(user, code, Role.COORDINATOR))


def site_keeper_for(user: AnyUser, code: str) -> StudyAccess:
    """The same as far as their sites reach: for pages of raters that show no known answer."""
    return _who_does_not_rate(sites_for(user, code, Role.COORDINATOR))


def quality_reader_for(user: AnyUser, code: str) -> StudyAccess:
    """Coordinators and researchers as far as their sites reach, unless they rate: what a check was they must
    not learn either."""
    return _who_does_not_rate(sites_for(user, code, Role.COORDINATOR, Role.RESEARCHER))


def _who_does_not_rate(access: StudyAccess) -> StudyAccess:
    if access.can(Role.RATER):
        raise DomainError(
            Code.NOT_ALLOWED, _("Whoever rates in this study must not see its known answers: ask another.")
        )
    return access


def keyed_item_for(user: AnyUser, study_code: str, item_code: str) -> tuple[StudyAccess, KeyedItem]:
    """An item that is set aside, for a coordinator who does not rate."""
    access = keeper_for(user, study_code)
    items = KeyedItem.objects.select_related("item__conversation", "item__study", "study")
    return access, found(items, study=access.study, item__code=item_code)


def checked_rater_for(user: AnyUser, study_code: str, code: str) -> tuple[StudyAccess, Rater]:
    """A rater of the study with a login, for a coordinator who does not rate."""
    access = site_keeper_for(user, study_code)
    raters = access.raters().filter(member__isnull=False).select_related("group", "study", "member")
    return access, found(raters, code=code)
