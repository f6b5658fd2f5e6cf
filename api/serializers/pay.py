"""Hours, items and pay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from rating.models import PayTerms
from rating.services.pay import MAX_RATE

Text = serializers.CharField


class PayTermsSerializer(serializers.Serializer[Any]):
    """What raters are paid by; it holds for all work, also what was done before."""

    basis = serializers.ChoiceField(choices=PayTerms.Basis.choices)
    rate = serializers.DecimalField(
        max_digits=9, decimal_places=2, min_value=Decimal(0), max_value=MAX_RATE, help_text="As text."
    )
    currency = serializers.RegexField(r"^[A-Za-z]{3}$", max_length=3, help_text="Three letters, e.g. EUR.")
    words = Text(
        required=False, default="", allow_blank=True, max_length=2000, help_text="How raters get it."
    )


class PayRowSerializer(serializers.Serializer[Any]):
    """Somebody's work and pay, by pseudonym. Skips and leaving are not told: they cost nobody anything."""

    rater = Text(source="pseudonym")
    group = Text(source="group_name")
    n_items = serializers.IntegerField(source="work.n_items", help_text="Opened, whatever came of it.")
    minutes = serializers.IntegerField(source="work.minutes")
    amount = serializers.DecimalField(
        max_digits=20, decimal_places=2, allow_null=True, help_text="Null without terms."
    )


class PaySheetSerializer(serializers.Serializer[Any]):
    terms = PayTermsSerializer(allow_null=True)
    rows = PayRowSerializer(many=True)
    n_items = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=20, decimal_places=2)


class PayPageSerializer(PaySheetSerializer):
    """A page of the sheet; `n_items` and `total` are of all."""

    count = serializers.IntegerField(help_text="Rows of the whole sheet.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    counted_at = serializers.DateTimeField(
        allow_null=True, help_text="When the totals of a large study were counted; null: just now."
    )


class OwnPaySerializer(serializers.Serializer[Any]):
    """A rater's own hours and pay."""

    terms = PayTermsSerializer(allow_null=True)
    n_items = serializers.IntegerField()
    minutes = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
