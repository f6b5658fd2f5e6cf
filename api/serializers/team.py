"""The team, withdrawals by letter, care and terms, and copies of studies."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.models import STAFF_ROLES
from annotation.queries.people import TeamRow
from annotation.services.care import MIN_RETENTION

Text = serializers.CharField
ROLES = [(str(role), str(role)) for role in STAFF_ROLES]


class MemberSerializer(serializers.Serializer[Any]):
    """Somebody who does more than rate; raters are told by pseudonym only."""

    code = Text(source="member.code")
    username = Text(source="member.user.username")
    roles = serializers.SerializerMethodField()

    def get_roles(self, row: TeamRow) -> list[str]:
        return sorted(grant.role for grant in row.member.grants.all())


class SentRolesSerializer(serializers.Serializer[Any]):
    roles = serializers.ListField(child=serializers.ChoiceField(choices=ROLES), max_length=len(ROLES))


class SentWithdrawalSerializer(serializers.Serializer[Any]):
    pseudonym = Text(max_length=40)
    choice = serializers.ChoiceField(choices=["keep", "erase"])
    holds_request = serializers.BooleanField(
        help_text="You hold the request in writing: it cannot be undone."
    )


class WithdrawalSerializer(serializers.Serializer[Any]):
    receipt = Text(source="receipt_code", help_text="To pass on to the person: told this once.")
    left_at = serializers.DateTimeField()
    is_erased = serializers.BooleanField()


class CareSerializer(serializers.Serializer[Any]):
    break_minutes = serializers.IntegerField(min_value=0, max_value=600, help_text="0: off.")
    break_heavy_items = serializers.IntegerField(min_value=0, max_value=100, help_text="0: off.")
    checkin_every = serializers.IntegerField(min_value=0, max_value=1000, help_text="Items; 0: off.")
    checkin_number = serializers.IntegerField(min_value=0, max_value=100)
    retention_days = serializers.IntegerField(min_value=MIN_RETENTION, max_value=3650)
    debrief = Text(required=False, default="", allow_blank=True, max_length=10_000)


class WishSerializer(serializers.Serializer[Any]):
    """A rater asked to be contacted: by login, without the pseudonym."""

    code = Text()
    username = Text(source="rater.member.user.username", default="")
    email = Text(source="rater.member.user.email", default="")
    reach = Text(help_text="How they would like to be reached.")
    wished_at = serializers.DateTimeField()


class TermsSerializer(serializers.Serializer[Any]):
    contact = Text(required=False, default="", allow_blank=True, max_length=2000)
    data_freeze_at = serializers.DateTimeField(
        allow_null=True, help_text="It can be moved back, not forward."
    )


class SentCopySerializer(serializers.Serializer[Any]):
    title = Text(max_length=200)
    with_items = serializers.BooleanField(required=False, default=False)
    with_screening = serializers.BooleanField(required=False, default=True)
    with_training = serializers.BooleanField(
        required=False, default=False, help_text="Items with known answers, pass marks, hidden checks."
    )
