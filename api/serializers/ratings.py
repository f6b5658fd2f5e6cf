"""Ratings: for the study's team under pseudonyms, for a rater their own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import Plan
from rating.models import Answer, Evidence, Rating
from rating.queries.restricted_passages import shares_words


class OwnAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(source="question.key")
    target = serializers.CharField()
    part = serializers.CharField(
        help_text="Key of the option, element or code; empty where there is one answer."
    )
    perspective = serializers.CharField(
        help_text="self, or the key of the group in whose place it was given."
    )
    value = serializers.FloatField(allow_null=True)
    label = serializers.CharField(  # type: ignore[assignment]
        source="level.label", default=None, allow_null=True
    )
    missing = serializers.CharField(help_text="Why there is no value; empty where there is one.")
    text = serializers.CharField(help_text="Free text, or the rater's words for why there is no value.")
    confidence = serializers.FloatField(allow_null=True, help_text="How sure the rater was, 0 to 100.")
    is_exception = serializers.BooleanField()


class AnswerSerializer(OwnAnswerSerializer):
    """An answer. Words written for a restricted question do not leave the server."""

    def to_representation(self, instance: Answer) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {"text": ""} if instance.question.is_restricted else shown


class OwnEvidenceSerializer(serializers.Serializer[Evidence]):
    question = serializers.CharField(source="question.key", default="")
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="Key of the code it bears; empty where it has none."
    )
    severity = serializers.FloatField(allow_null=True)
    target = serializers.CharField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    quote = serializers.CharField()


class EvidenceSerializer(OwnEvidenceSerializer):
    """A marked passage. Neither words nor place leave the server of one for a restricted question, nor of
    any that shares a character with what anybody marked for one."""

    is_withheld = serializers.SerializerMethodField()

    def get_is_withheld(self, evidence: Evidence) -> bool:
        if evidence.question is not None and evidence.question.is_restricted:
            return True
        marked = self.context["places"].get((evidence.rating.slot.item_id, evidence.target), [])
        return shares_words((evidence.start, evidence.end, evidence.quote), marked)

    def to_representation(self, instance: Evidence) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {"start": None, "end": None, "quote": ""} if shown["is_withheld"] else shown


class RatingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    slot = serializers.CharField(
        source="slot.code", help_text="Names it where it is looked at again or reopened."
    )
    item = serializers.CharField(source="slot.item.code")
    item_external_id = serializers.CharField(source="slot.item.external_id")
    rater = serializers.CharField(source="rater.pseudonym")
    group = serializers.CharField(source="rater.group.key")
    stage = serializers.CharField(source="slot.plan.stage")
    purpose = serializers.CharField(source="slot.purpose")
    occurrence = serializers.IntegerField(source="slot.occurrence")
    rubric = serializers.CharField(source="rubric_version.rubric.key")
    rubric_version = serializers.IntegerField(source="rubric_version.number")
    revision = serializers.IntegerField()
    is_current = serializers.SerializerMethodField()
    submitted_at = serializers.DateTimeField()
    active_ms = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    answers = AnswerSerializer(many=True)
    evidence = EvidenceSerializer(many=True)

    def get_is_current(self, rating: Rating) -> bool:
        return getattr(rating, "current_of", None) is not None


class OwnRatingSerializer(serializers.Serializer[Rating]):
    """A rater's own rating. What the slot was planned for is not the rater's to know."""

    code = serializers.CharField()
    slot = serializers.CharField(source="slot.code")
    item = serializers.CharField(source="slot.item.code")
    revision = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    comment = serializers.CharField()
    answers = OwnAnswerSerializer(many=True)
    evidence = OwnEvidenceSerializer(many=True)


class RatingFilterSerializer(serializers.Serializer[Any]):
    """The filters of the list of ratings."""

    stage = serializers.ChoiceField(
        choices=Plan.Stage.choices,
        required=False,
        help_text="Default: main, or imported where nothing else is.",
    )
    group = serializers.SlugField(required=False, help_text="Key of a group of the study.")
    question = serializers.CharField(
        required=False, help_text="Key of a question: only ratings that answer it, with that answer alone."
    )
    revisions = serializers.ChoiceField(
        choices=["current", "all"], default="current", help_text="Newest revision of each rating, or all."
    )
