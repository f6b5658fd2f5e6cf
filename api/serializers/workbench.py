"""What a rater's client receives and sends."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import ItemFactor, Question, Response, Turn
from api.serializers.items import TurnSerializer
from api.serializers.ratings import OwnRatingSerializer
from rating.queries.presented import PresentedItem
from rating.queries.told import ToldAnswer
from rating.services.answer_inputs import OWN_VIEW, AnswerInput, EvidenceInput, Submission
from rating.services.answer_kinds import MAX_TEXT, OF_RESPONSES, targets_of
from rating.services.answers import MAX_COMMENT
from rating.services.passages import MAX_EVIDENCE, MAX_QUOTE

# The largest number the database's integer columns take.
MAX_INTEGER = 2**31 - 1
MAX_ANSWERS = 1_000
ANSWER_FIELDS = ("target", "value", "missing", "part", "text", "confidence", "perspective")
EVIDENCE_FIELDS = ("quote", "target", "start", "end", "label", "severity")


class ShownTurnSerializer(TurnSerializer):
    target = serializers.SerializerMethodField(help_text="To name this turn in evidence.")

    def get_target(self, turn: Turn) -> str:
        return f"turn:{turn.position}"


class ShownResponseSerializer(serializers.Serializer[Response]):
    """A reply as raters read it: nothing says who wrote it."""

    position = serializers.IntegerField()
    text = serializers.CharField()
    target = serializers.SerializerMethodField(help_text="To name this reply in answers and evidence.")

    def get_target(self, response: Response) -> str:
        return f"response:{response.position}"


class LevelSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()


class OptionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class QuestionSerializer(serializers.Serializer[Any]):
    """A question. docs/data-formats.md, "Rubric", says what each kind expects as an answer."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=Question.Kind.choices, help_text="A flag that is left out means no."
    )
    text = serializers.CharField()
    help = serializers.CharField()
    is_required = serializers.BooleanField()
    allows_cannot_judge = serializers.BooleanField()
    allows_evidence = serializers.BooleanField()
    needs_passage = serializers.ListField(
        child=serializers.FloatField(), help_text="Values that need evidence for this question and target."
    )
    targets = serializers.SerializerMethodField(help_text="One answer is expected for each.")
    levels = LevelSerializer(many=True)
    options = OptionSerializer(many=True, help_text="Its parts, each answered on the question's levels.")
    severities = serializers.ListField(child=serializers.DictField())
    condition = serializers.DictField(help_text="Asked only where that question has one of these values.")
    perspectives = serializers.ListField(child=serializers.CharField())
    asks_confidence = serializers.BooleanField()
    allows_not_applicable = serializers.BooleanField()
    allows_ties = serializers.BooleanField()

    def get_targets(self, question: Question) -> list[str]:
        if question.kind in OF_RESPONSES:
            return [f"response:{one.position}" for one in self.context["responses"]]
        return targets_of(question, self.context["responses"], self.context["turns"])


class DraftSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Send it with the next save.")
    saved_at = serializers.DateTimeField()
    payload = serializers.DictField()


class SavedDraftSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Send it with the next save.")
    saved_at = serializers.DateTimeField()


class FactorSerializer(serializers.Serializer[ItemFactor]):
    name = serializers.CharField(source="factor.name")
    value = serializers.CharField()


class ShownRubricSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(source="rubric.name")
    version = serializers.CharField(source="code", help_text="Send it with the rating.")
    language = serializers.CharField()
    guidelines = serializers.CharField(help_text="Markdown.")


class PresentedItemSerializer(serializers.Serializer[PresentedItem]):
    """A claimed item, blind: conversation, replies, questions, and what to send with the rating."""

    slot = serializers.CharField(source="presentation.slot.code")
    item = serializers.CharField(source="presentation.slot.item.code")
    position = serializers.IntegerField(source="presentation.position", help_text="The rater's n-th item.")
    claim_expires_at = serializers.DateTimeField(source="presentation.slot.claim_expires_at", allow_null=True)
    language = serializers.CharField(source="presentation.slot.item.language")
    is_heavy = serializers.BooleanField(source="presentation.slot.item.is_heavy")
    content_notes = serializers.ListField(
        source="presentation.slot.item.content_notes", child=serializers.CharField()
    )
    factors = FactorSerializer(many=True)
    turns = ShownTurnSerializer(many=True)
    responses = ShownResponseSerializer(many=True)
    rubric = ShownRubricSerializer(source="presentation.rubric_version")
    questions = serializers.SerializerMethodField()
    expected_revision = serializers.SerializerMethodField(help_text="Send it with the rating.")
    own_rating = OwnRatingSerializer(source="rating", allow_null=True)
    draft = DraftSerializer(allow_null=True)

    @extend_schema_field(QuestionSerializer(many=True))
    def get_questions(self, shown: PresentedItem) -> list[dict[str, Any]]:
        context = {"responses": shown.responses, "turns": shown.turns}
        return [dict(row) for row in QuestionSerializer(shown.questions, many=True, context=context).data]

    def get_expected_revision(self, shown: PresentedItem) -> int:
        return 0 if shown.rating is None else shown.rating.revision


class NextItemSerializer(serializers.Serializer[Any]):
    """An item, or the word that there is none: `result` says which."""

    result = serializers.ChoiceField(choices=["item", "nothing_left", "nothing_in_hand"])
    message = serializers.CharField()
    item = PresentedItemSerializer(allow_null=True)


class SentAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=60)
    target = serializers.CharField(max_length=40)
    value = serializers.FloatField(required=False, allow_null=True, default=None)
    missing = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=14,
        help_text="cannot_judge or not_applicable where the question allows it, else empty",
    )
    part = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=60,
        help_text="Key of the option or element, where the question has several parts.",
    )
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=MAX_TEXT)
    confidence = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0, max_value=100
    )
    perspective = serializers.CharField(
        required=False,
        default=OWN_VIEW,
        max_length=40,
        help_text="self, or the key of the group in whose place the rater answers.",
    )


class SentEvidenceSerializer(serializers.Serializer[Any]):
    quote = serializers.CharField(max_length=MAX_QUOTE, trim_whitespace=False)
    question = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    target = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    start = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MAX_INTEGER
    )
    end = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MAX_INTEGER
    )
    label = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, default="", max_length=60
    )
    severity = serializers.FloatField(required=False, allow_null=True, default=None)


class SubmissionSerializer(serializers.Serializer[Any]):
    """A rating. The same `client_id` sent twice is stored once."""

    client_id = serializers.UUIDField(help_text="Made by the client, a new one for each rating or revision.")
    rubric_version = serializers.CharField(max_length=12)
    expected_revision = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=MAX_INTEGER
    )
    answers = serializers.ListField(child=SentAnswerSerializer(), max_length=MAX_ANSWERS)
    evidence = serializers.ListField(
        child=SentEvidenceSerializer(), required=False, default=list, max_length=MAX_EVIDENCE
    )
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=MAX_COMMENT)
    active_ms = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MAX_INTEGER
    )
    claim_next = serializers.BooleanField(required=False, default=True)

    def submission(self, slot_code: str) -> Submission:
        sent = self.validated_data
        return Submission(
            slot_code=slot_code,
            client_id=sent["client_id"],
            rubric_version_code=sent["rubric_version"],
            answers=[
                AnswerInput(question_key=one["question"], **{name: one[name] for name in ANSWER_FIELDS})
                for one in sent["answers"]
            ],
            evidence=[
                EvidenceInput(question_key=one["question"], **{name: one[name] for name in EVIDENCE_FIELDS})
                for one in sent["evidence"]
            ],
            comment=sent["comment"],
            active_ms=sent["active_ms"],
            expected_revision=sent["expected_revision"],
        )


class KnownAnswerSerializer(serializers.Serializer[ToldAnswer]):
    """An answer of a practice item beside the known one, and why it is the known one."""

    question = serializers.CharField()
    target = serializers.CharField()
    part = serializers.CharField()
    yours = serializers.CharField(help_text="In words.")
    known = serializers.CharField(help_text="In words.")
    steps = serializers.IntegerField(
        allow_null=True, help_text="How far apart on the scale; null where nothing was answered."
    )
    explanation = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, not the serializer's own


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of a submission, and the next item where one was asked for and free."""

    rating = OwnRatingSerializer()
    is_replay = serializers.BooleanField(help_text="True where this client_id had been sent before.")
    known = KnownAnswerSerializer(many=True, help_text="After a practice item; empty after all others.")
    next = PresentedItemSerializer(allow_null=True)


class SentDraftSerializer(serializers.Serializer[Any]):
    """What was typed so far, in any shape. `number`: of the draft it builds on, 0 at first."""

    number = serializers.IntegerField(min_value=0, max_value=MAX_INTEGER)
    payload = serializers.DictField()


class SentPassSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=4000, help_text="Welcome, never required."
    )


def next_item(shown: PresentedItem | None, *, otherwise: str, message: str) -> dict[str, Any]:
    """An item, or why there is none."""
    if shown is None:
        return {"result": otherwise, "message": message, "item": None}
    return {"result": "item", "message": "", "item": PresentedItemSerializer(shown).data}
