"""What raters are paid by."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from rating.models import PayTerms


class PayForm(forms.Form):
    basis = forms.ChoiceField(label=_("Paid"), choices=PayTerms.Basis.choices, widget=forms.RadioSelect)
    rate = forms.DecimalField(label=_("Rate"), min_value=Decimal(0), max_digits=9, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"),
        min_length=3,
        max_length=3,
        initial="EUR",
        help_text=_("Three letters, e.g. EUR."),
    )
    words = forms.CharField(
        label=_("How raters get it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "When, by which way, and to whom they give their pseudonym. Raters read it with their hours."
        ),
    )
