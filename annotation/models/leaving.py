"""Leaving a study: the receipt, and what remains of a person after erasure."""

from __future__ import annotations

import secrets

from django.db import models

from annotation.models.base import ALPHABET, Coded
from annotation.models.people import Rater
from annotation.models.studies import Study

RECEIPT_LENGTH = 20


def new_receipt_code() -> str:
    """Twenty characters, 100 random bits: whoever holds it reads the receipt without a login."""
    return "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_LENGTH))


class Departure(Coded):
    """Somebody has left. After erasure it is the tombstone: pseudonym, counts and times, no content."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="departures")
    # Null once the rater is erased.
    rater = models.ForeignKey(Rater, models.SET_NULL, null=True, blank=True, related_name="departures")
    receipt_code = models.CharField(max_length=RECEIPT_LENGTH, unique=True, default=new_receipt_code)
    pseudonym = models.CharField(max_length=40)
    group_name = models.CharField(max_length=100)
    left_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    # A withdrawal that reached the coordinators by letter or mail.
    is_by_letter = models.BooleanField(default=False)
    # {"consents": [{number, title, given_at, ticks: [{words, is_agreed, at}]}], "given": {what: n}}
    statement = models.JSONField(default=dict)
    # Over the tombstone, with the site's key: a list of erasures to repeat cannot be made up.
    signature = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-left_at", "-id"]

    @property
    def is_erased(self) -> bool:
        return self.erased_at is not None
