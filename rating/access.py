"""From a URL of the rating app to an object: scoped by study, 404 unseen, 403 seen and not allowed."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.access import AnyUser, RaterAccess, StudyAccess, found, rater_for, study_for
from annotation.models import Item, Role
from rating.models import Analysis, Figure, Presentation, Snapshot


@dataclass(frozen=True)
class AnalysisAccess:
    """An analysis, as a researcher of its study may see it."""

    access: StudyAccess
    analysis: Analysis


def analysis_for(user: AnyUser, study_code: str, code: str) -> AnalysisAccess:
    """An analysis of the study, for its researchers."""
    access = study_for(user, study_code, Role.RESEARCHER)
    analyses = Analysis.objects.select_related("snapshot", "job", "study", "created_by")
    return AnalysisAccess(access, found(analyses, study=access.study, code=code))


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


def presentation_for(user: AnyUser, study_code: str, slot_code: str) -> tuple[RaterAccess, Presentation]:
    """What was shown to this rater in a slot; a slot never handed to them does not exist for them."""
    access = rater_for(user, study_code)
    presentations = Presentation.objects.select_related("slot__item", "slot__plan", "rubric_version")
    return access, found(presentations, rater=access.rater, slot__code=slot_code)
