from rating.models.ratings import Answer, CurrentRating, Draft, Evidence, Presentation, Rating
from rating.models.results import Analysis, Figure, Snapshot

__all__ = [
    "Analysis",
    "Answer",
    "CurrentRating",
    "Draft",
    "Evidence",
    "Figure",
    "Presentation",
    "Rating",
    "Snapshot",
]
