"""The demo study's ratings: a documented model, its true values, and a generator. No Django here."""

from rating.demonstration.model import PlantedModel, load_model
from rating.demonstration.planted import PlantedRatings, generate
from rating.demonstration.truth import PlantedTruth, planted_truth

__all__ = ["PlantedModel", "PlantedRatings", "PlantedTruth", "generate", "load_model", "planted_truth"]
