"""Everything the report says about one question, from one call; one file for each of its parts."""

from rating.agreement.analysis.context import QuestionDetails
from rating.agreement.analysis.question import analyse_question, question_units
from rating.agreement.analysis.results import FORMAT, QuestionResult
from rating.agreement.analysis.sensitivity import sensitivity_analyses
from rating.agreement.analysis.subsets import Exclusion

__all__ = [
    "FORMAT",
    "Exclusion",
    "QuestionDetails",
    "QuestionResult",
    "analyse_question",
    "question_units",
    "sensitivity_analyses",
]
