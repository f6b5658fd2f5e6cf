"""How people come into a study besides by a link: public calls, applications, screening, mail."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from annotation.models import Application, JoiningSettings, Role, ScreeningQuestion
from annotation.queries.joining import CallRow
from annotation.services.invitations import MAX_DAYS as MAX_LINK_DAYS
from annotation.services.public_calls import MAX_DAYS, MAX_WAITING
from annotation.services.screening import READY_MADE
from rating.queries.screening_scales import ScaleRow

Text = serializers.CharField


class CallSerializer(serializers.Serializer[Any]):
    code = Text(source="call.code")
    group = Text(source="call.group.key")
    site = Text(source="call.site.key", default=None, allow_null=True)
    address = serializers.SerializerMethodField(help_text="Where people apply.")
    words = Text(source="call.words")
    closes_at = serializers.DateTimeField(source="call.closes_at")
    closed_at = serializers.DateTimeField(source="call.closed_at", allow_null=True)
    max_waiting = serializers.IntegerField(source="call.max_waiting")
    n_waiting = serializers.IntegerField()
    n_approved = serializers.IntegerField()
    is_open = serializers.BooleanField()

    def get_address(self, row: CallRow) -> str:
        path = reverse("apply", args=[row.call.address])
        return str(self.context["request"].build_absolute_uri(path))


class SentCallSerializer(serializers.Serializer[Any]):
    group = Text(max_length=40, help_text="Key.")
    site = Text(required=False, default="", allow_blank=True, max_length=20, help_text="Short code.")
    words = Text(required=False, default="", allow_blank=True, max_length=4000)
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=MAX_DAYS)
    max_waiting = serializers.IntegerField(required=False, default=100, min_value=1, max_value=MAX_WAITING)


class ApplicationSerializer(serializers.Serializer[Application]):
    """Somebody asks to join. No address: it is used to tell the decision, and goes with it."""

    code = Text()
    call = Text(source="call.code")
    group = Text(source="call.group.key")
    words = Text()
    state = serializers.ChoiceField(choices=Application.State.choices)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class DecisionSerializer(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=["approve", "decline"])


class SentAskedQuestionSerializer(serializers.Serializer[Any]):
    words = Text(max_length=500)
    help_text = Text(required=False, default="", allow_blank=True, max_length=500)  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=ScreeningQuestion.Kind.choices)
    is_required = serializers.BooleanField(required=False, default=True)
    construct = Text(required=False, default="", allow_blank=True, max_length=60)
    is_reversed = serializers.BooleanField(required=False, default=False)
    low = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=-1000, max_value=100_000
    )
    high = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=-1000, max_value=100_000
    )
    low_words = Text(required=False, default="", allow_blank=True, max_length=100)
    high_words = Text(required=False, default="", allow_blank=True, max_length=100)
    options = serializers.ListField(child=Text(max_length=200), required=False, default=list, max_length=50)
    accepted = serializers.ListField(
        child=Text(max_length=200), required=False, default=list, max_length=50, help_text="Who fits."
    )
    at_least = serializers.IntegerField(
        required=False, default=None, allow_null=True, min_value=-1000, max_value=100_000
    )


class ReadyQuestionSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=sorted(READY_MADE))


class AskedQuestionSerializer(SentAskedQuestionSerializer):
    key = Text()


class ScreeningSerializer(serializers.Serializer[Any]):
    when = serializers.ChoiceField(choices=JoiningSettings.Screening.choices)
    questions = AskedQuestionSerializer(many=True)
    is_fixed = serializers.BooleanField(help_text="Somebody has answered: the questions stay as they are.")
    n_screened = serializers.IntegerField(help_text="Raters who answered and fit.")
    n_not_eligible = serializers.IntegerField(help_text="All that is kept of who did not fit.")


class WhenSerializer(serializers.Serializer[Any]):
    when = serializers.ChoiceField(choices=JoiningSettings.Screening.choices)


class AttributeSerializer(serializers.Serializer[Any]):
    pseudonym = Text()
    group = Text()
    construct = Text()
    band = Text(allow_null=True, help_text="Null where too few of the group share it.")


class ReliabilitySerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(source="estimate", allow_null=True, help_text="Null: not defined.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ScaleSerializer(serializers.Serializer[Any]):
    """A construct of two scale items or more; no number is told of few people."""

    construct = Text()
    questions = serializers.SerializerMethodField(help_text="Keys.")
    n_complete = serializers.SerializerMethodField(help_text="Answered in full; null where few did.")
    alpha = ReliabilitySerializer(allow_null=True)
    omega = ReliabilitySerializer(allow_null=True)

    def get_questions(self, row: ScaleRow) -> list[str]:
        return [question.key for question in row.questions]

    def get_n_complete(self, row: ScaleRow) -> int | None:
        return None if row.has_few else row.n_complete


class InviteeSerializer(serializers.Serializer[Any]):
    address = Text(max_length=254)
    group = Text(required=False, default="", allow_blank=True, max_length=40, help_text="Key; of raters.")
    role = serializers.ChoiceField(
        choices=[one for one in Role.choices if one[0] not in {"owner", "safeguarding"}],
        required=False,
        default=Role.RATER,
    )
    site = Text(required=False, default="", allow_blank=True, max_length=20, help_text="Short code.")


class SentMailingSerializer(serializers.Serializer[Any]):
    people = InviteeSerializer(many=True, allow_empty=False)
    days = serializers.IntegerField(required=False, default=14, min_value=1, max_value=MAX_LINK_DAYS)
    subject = Text(required=False, default="", allow_blank=True, max_length=150)
    words = Text(required=False, default="", allow_blank=True, max_length=4000)


class MailedSerializer(serializers.Serializer[Any]):
    """An invitation by mail. Its address is not told: it is kept to be written to, until it is used."""

    code = Text()
    role = serializers.ChoiceField(choices=Role.choices)
    group = Text(source="group.key", default=None, allow_null=True)
    expires_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    has_send_failed = serializers.BooleanField()
