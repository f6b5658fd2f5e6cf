"""What is rated: conversations, items, responses and their hidden source."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.studies import Study


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible(self) -> BatchQuerySet:
        return self.filter(state=ImportBatch.State.VISIBLE)


class ImportBatch(Coded):
    """Rows of one import. They count only once the batch is made visible, in one update."""

    class State(models.TextChoices):
        STAGED = "staged", _("Staged")
        VISIBLE = "visible", _("Visible")
        ABANDONED = "abandoned", _("Abandoned")

    study = models.ForeignKey(Study, models.CASCADE, related_name="import_batches")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=9, choices=State.choices, default=State.STAGED)
    file_name = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey("annotation.User", models.SET_NULL, null=True, related_name="+")

    objects = BatchQuerySet.as_manager()


VISIBLE_BATCH = Q(batch__isnull=True) | Q(batch__state=ImportBatch.State.VISIBLE)


class Conversation(Coded):
    study = models.ForeignKey(Study, models.CASCADE, related_name="conversations", db_index=False)
    external_id = models.CharField(max_length=200)
    language = models.CharField(max_length=12, default="en")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, blank=True, related_name="+")
    # Of the turns as the file had them, before names were masked: the same file is recognised again.
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "external_id"], name="conversation_unique_in_study")
        ]


class Turn(models.Model):
    class Speaker(models.TextChoices):
        SEEKER = "seeker", _("Person seeking support")
        SUPPORTER = "supporter", _("Supporter")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="turns", db_index=False)
    position = models.PositiveIntegerField()
    speaker = models.CharField(max_length=9, choices=Speaker.choices)
    text = models.TextField()

    class Meta:
        ordering = ["conversation_id", "position"]
        constraints = [models.UniqueConstraint(fields=["conversation", "position"], name="turn_unique")]

    def __str__(self) -> str:
        return f"{self.position} {self.speaker}"


class ItemQuerySet(models.QuerySet["Item"]):
    def visible(self) -> ItemQuerySet:
        return self.filter(VISIBLE_BATCH)

    def claimable(self) -> ItemQuerySet:
        """Items with a text to read; imported ratings without texts are analysed, never handed out."""
        return self.visible().filter(has_text=True)

    def plannable(self) -> ItemQuerySet:
        """Items that a stage may ask about: none whose answer raters learn or are examined by."""
        return self.claimable().filter(keyed__isnull=True)


class Item(Coded):
    """The unit of work: a conversation with 0..k responses to judge."""

    class Direction(models.TextChoices):
        AUTO = "auto", _("By each text's first letter")
        LTR = "ltr", _("Left to right")
        RTL = "rtl", _("Right to left")

    study = models.ForeignKey(Study, models.CASCADE, related_name="items", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="items")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, blank=True, related_name="+")
    external_id = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12, default="en")
    text_direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.AUTO)
    has_text = models.BooleanField(default=True)
    is_heavy = models.BooleanField(default=False)
    content_notes = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["study_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["study", "external_id"], name="item_external_id_unique_in_study")
        ]
        # Pages of the list, without sorting all items for each.
        indexes = [models.Index(fields=["study", "position", "id"], name="item_in_order")]


class Response(Coded):
    """A candidate reply. Who wrote it lives in ResponseSource, which no rater's page reads."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="responses", db_index=False)
    position = models.PositiveIntegerField(default=1)
    text = models.TextField()

    class Meta:
        ordering = ["item_id", "position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="response_position_unique")]


class ResponseSource(models.Model):
    class Kind(models.TextChoices):
        HUMAN = "human", _("Human")
        AI = "ai", "AI"
        UNKNOWN = "unknown", _("Unknown")

    response = models.OneToOneField(Response, models.CASCADE, related_name="source")
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.UNKNOWN)
    name = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()


class Factor(models.Model):
    """A named categorical attribute of items."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="factors", db_index=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    # A factor that tells who wrote a response stays hidden from raters like the source itself.
    is_hidden = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="factor_key_unique_in_study")]

    def __str__(self) -> str:
        return self.key


class ItemFactor(models.Model):
    item = models.ForeignKey(Item, models.CASCADE, related_name="factors", db_index=False)
    factor = models.ForeignKey(Factor, models.CASCADE, related_name="values", db_index=False)
    value = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "factor"], name="factor_once_per_item")]
        # Which levels a factor has, without reading every item's.
        indexes = [models.Index(fields=["factor", "value"], name="levels_of_factor")]

    def __str__(self) -> str:
        return self.value
