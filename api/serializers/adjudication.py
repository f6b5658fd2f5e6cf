"""Adjudication: an item as its adjudicator sees it, what raters said without who, both judgements."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.ratings import OwnAnswerSerializer
from api.serializers.workbench import (
    ANSWER_FIELDS,
    EVIDENCE_FIELDS,
    MAX_ANSWERS,
    QuestionSerializer,
    SentAnswerSerializer,
    SentEvidenceSerializer,
    ShownResponseSerializer,
    ShownTurnSerializer,
)
from rating.forms.adjudication import SaidByRaters
from rating.models import Adjudication, Judgement
from rating.queries.presented import PresentedItem
from rating.services.adjudication import MAX_CHOSEN
from rating.services.answer_inputs import AnswerInput, EvidenceInput, Submission
from rating.services.answers import MAX_COMMENT, is_asked_of
from rating.services.passages import MAX_EVIDENCE

Text = serializers.CharField
STATES = ["free", "own", "decision", "decided"]
STATE_HELP = "free: nobody has taken it; own, decision: the step that comes next; decided."


class AdjudicationSerializer(serializers.Serializer[Any]):
    """An item of a stage that one adjudicator settles. Who that is, is not told."""

    code = Text()
    plan = Text(source="plan.code")
    item = Text(source="item.code")
    item_external_id = Text(source="item.external_id")
    as_group = Text(source="as_group.key", help_text="In whose words it is judged.")
    reason = Text(help_text="Why it was chosen.")
    taken_at = serializers.DateTimeField(allow_null=True)
    state = serializers.SerializerMethodField(help_text=STATE_HELP)

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, adjudication: Adjudication) -> str:
        if adjudication.adjudicator_id is None:
            return "free"
        steps = {one.step for one in adjudication.judgements.all()}
        if Judgement.Step.DECISION in steps:
            return "decided"
        return "decision" if Judgement.Step.OWN in steps else "own"


class JudgedAnswerSerializer(OwnAnswerSerializer):
    # Only imports declare values outside the scale.
    is_exception = None  # type: ignore[assignment]


class JudgementSerializer(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=Judgement.Step.choices)
    judged_at = serializers.DateTimeField()
    comment = Text(help_text="Of a decision: what it rests on.")
    answers = JudgedAnswerSerializer(many=True)
    passages = serializers.ListField(child=serializers.DictField())


class SaidSerializer(serializers.Serializer[Any]):
    """One question: every answer and how many gave it, and the reasons. Never who."""

    title = Text()
    answers = serializers.SerializerMethodField()
    reasons = serializers.ListField(child=Text())

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_answers(self, said: Any) -> dict[str, int]:
        return dict(said.answers)


class SaidPassageSerializer(serializers.Serializer[Any]):
    quote = Text()
    words = Text(help_text="The code it bears, and how severe; empty where it has none.")


class SaidByRatersSerializer(serializers.Serializer[Any]):
    """What raters said of the item, in an order that tells nothing; names and numbers are masked."""

    n_raters = serializers.IntegerField()
    questions = SaidSerializer(many=True)
    comments = serializers.ListField(child=Text())
    passages = serializers.SerializerMethodField()

    @extend_schema_field(SaidPassageSerializer(many=True))
    def get_passages(self, said: SaidByRaters) -> list[dict[str, str]]:
        return [{"quote": quote, "words": words} for quote, words in said.passages]


class AdjudicatedItemSerializer(serializers.Serializer[Any]):
    """The item as its raters saw it: nothing says who wrote a reply."""

    language = Text(source="presentation.slot.item.language")
    is_heavy = serializers.BooleanField(source="presentation.slot.item.is_heavy")
    content_notes = serializers.ListField(source="presentation.slot.item.content_notes", child=Text())
    rubric_version = Text(source="presentation.rubric_version.code")
    turns = ShownTurnSerializer(many=True)
    responses = ShownResponseSerializer(many=True)
    questions = serializers.SerializerMethodField()

    @extend_schema_field(QuestionSerializer(many=True))
    def get_questions(self, shown: PresentedItem) -> list[dict[str, Any]]:
        context = {"responses": shown.responses, "turns": shown.turns}
        asked = [one for one in shown.questions if is_asked_of(one, shown.presentation.slot.group.key)]
        return [dict(row) for row in QuestionSerializer(asked, many=True, context=context).data]


class AdjudicationDetailSerializer(serializers.Serializer[Any]):
    """`shown` for whoever has it in hand; `said` and judgements from the step on at which they may be seen:
    raters' reasons after the own rating, for others both judgements once it is decided."""

    adjudication = AdjudicationSerializer()
    shown = AdjudicatedItemSerializer(allow_null=True)
    said = SaidByRatersSerializer(allow_null=True)
    judgements = JudgementSerializer(many=True)


class NextAdjudicationSerializer(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=["adjudication", "nothing_left"])
    adjudication = AdjudicationDetailSerializer(allow_null=True)


class ChooseSerializer(serializers.Serializer[Any]):
    items = serializers.ListField(
        child=Text(max_length=12), min_length=1, max_length=MAX_CHOSEN, help_text="Codes of items."
    )
    as_group = Text(max_length=40, help_text="Key of the group in whose words they are judged.")
    reason = Text(required=False, default="", allow_blank=True, max_length=300)


class ChosenSerializer(serializers.Serializer[Any]):
    chosen = AdjudicationSerializer(many=True, help_text="Those that were not there before.")


class DisputeFilterSerializer(serializers.Serializer[Any]):
    question = Text(max_length=60, help_text="Key of a question on an ordered scale, or of yes and no.")
    at_least = serializers.FloatField(
        required=False, default=2, min_value=0, help_text="Highest less lowest answer."
    )


class DisputeSerializer(serializers.Serializer[Any]):
    """Answers of raters to one question about one target of an item that lie apart."""

    item = Text(source="item.code")
    item_external_id = Text(source="item.external_id")
    target = Text()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField(help_text="Answers.")


class SentJudgementSerializer(serializers.Serializer[Any]):
    """As a rating. A decision needs a comment: what it rests on."""

    answers = serializers.ListField(child=SentAnswerSerializer(), max_length=MAX_ANSWERS)
    evidence = serializers.ListField(
        child=SentEvidenceSerializer(), required=False, default=list, max_length=MAX_EVIDENCE
    )
    comment = Text(required=False, allow_blank=True, default="", max_length=MAX_COMMENT)

    def submission(self, adjudication: Adjudication) -> Submission:
        sent = self.validated_data
        return Submission(
            slot_code="",
            client_id=uuid4(),
            rubric_version_code=adjudication.plan.rubric_version.code,
            answers=[
                AnswerInput(question_key=one["question"], **{name: one[name] for name in ANSWER_FIELDS})
                for one in sent["answers"]
            ],
            evidence=[
                EvidenceInput(question_key=one["question"], **{name: one[name] for name in EVIDENCE_FIELDS})
                for one in sent["evidence"]
            ],
            comment=sent["comment"],
        )
