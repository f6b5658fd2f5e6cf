from rating.models.adjudication import Adjudication, Judgement, JudgementAnswer
from rating.models.analysis_plans import AnalysisPlan
from rating.models.archives import PastEvent, StudyArchive, StudyOrigin
from rating.models.exports import Export, ExportPolicy, HeldComment
from rating.models.pay import PayTerms
from rating.models.ratings import Answer, CurrentRating, Draft, Evidence, Presentation, Rating
from rating.models.results import Analysis, AnalysisPart, Figure, Snapshot, SnapshotReduction
from rating.models.second_looks import SecondLook

__all__ = [
    "Adjudication",
    "Analysis",
    "AnalysisPart",
    "AnalysisPlan",
    "Answer",
    "CurrentRating",
    "Draft",
    "Evidence",
    "Export",
    "ExportPolicy",
    "Figure",
    "HeldComment",
    "Judgement",
    "JudgementAnswer",
    "PastEvent",
    "PayTerms",
    "Presentation",
    "Rating",
    "SecondLook",
    "Snapshot",
    "SnapshotReduction",
    "StudyArchive",
    "StudyOrigin",
]
