"""What raters are paid by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models import Study


class PayTerms(models.Model):
    """A study's rate. A study without a row pays nothing, and its sheet shows the work alone."""

    class Basis(models.TextChoices):
        HOUR = "hour", _("By the hour")
        ITEM = "item", _("By the item opened")
        FLAT = "flat", _("The same for everybody who opened an item")

    study = models.OneToOneField(Study, models.CASCADE, related_name="+")
    basis = models.CharField(max_length=4, choices=Basis.choices)
    rate = models.DecimalField(max_digits=9, decimal_places=2)
    currency = models.CharField(max_length=3)
    # How one gets it, for raters: whom to give the pseudonym, when, by which way.
    words = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "pay terms"
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0), name="pay_rate_not_negative")]

    def __str__(self) -> str:
        return f"pay of {self.study_id}"
