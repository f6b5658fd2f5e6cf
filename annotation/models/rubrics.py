"""The form: rubric, version, questions, scales and their anchored levels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotation.models.base import Coded
from annotation.models.studies import Study


class Rubric(Coded):
    study = models.ForeignKey(Study, models.CASCADE, related_name="rubrics", db_index=False)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="rubric_key_unique_in_study")]


class RubricVersion(Coded):
    """Immutable once published (database rule)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    language = models.CharField(max_length=12, default="en")
    note = models.TextField(blank=True)
    guidelines = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    # The document it was made from, to read, change and load again.
    document = models.JSONField(default=dict, blank=True)
    # Who has approved it, where its document asks for that; said at publishing.
    signed_off_by = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # A typo fix is a new version declared equivalent: analyses may pool the two.
    equivalent_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Why they mean the same, in the words of who declared it; empty exactly where nothing was declared.
    equivalence_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["rubric_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_unique")]

    @property
    def purpose(self) -> str:
        """What it measures, as its document says."""
        return str(self.document.get("purpose", ""))

    @property
    def source(self) -> str:
        return str(self.document.get("source", ""))

    @property
    def licence(self) -> str:
        return str(self.document.get("licence", ""))

    @property
    def about(self) -> list[str]:
        """Where it comes from, what may be done with it, and what to know; what is empty is left out."""
        return [words for words in (self.source, self.licence, self.note) if words]

    @property
    def sign_off(self) -> str:
        """Who must approve it before it is published; empty: nobody."""
        return str(self.document.get("sign_off", ""))


class DraftStep(models.Model):
    """A draft's document as it was before a change: what “undo” brings back. Gone once it is published."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="steps")
    document = models.JSONField()
    # What was done to it, such as "moved" with the question's key: shown beside the button.
    deed = models.CharField(max_length=20)
    about = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["version_id", "-id"]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.deed} {self.about}".strip()


class Scale(models.Model):
    """The answer set of one or more questions; carries the level of measurement."""

    class Measurement(models.TextChoices):
        NOMINAL = "nominal", _("Nominal")
        ORDINAL = "ordinal", _("Ordinal")
        INTERVAL = "interval", _("Interval")
        RATIO = "ratio", _("Ratio")

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="scales", db_index=False)
    key = models.SlugField(max_length=60)
    measurement = models.CharField(max_length=8, choices=Measurement.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="scale_key_unique_in_version")]

    def __str__(self) -> str:
        return self.key


class Level(models.Model):
    """An anchored point of a scale. `label` is the plain wording, `definition` the standard one."""

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="levels", db_index=False)
    value = models.FloatField()
    label = models.CharField(max_length=200)
    definition = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["scale_id", "value"]
        constraints = [models.UniqueConstraint(fields=["scale", "value"], name="level_value_unique")]

    def __str__(self) -> str:
        return f"{self.value:g} {self.label}"


class Question(models.Model):
    """One thing asked about a target, with a key that is stable across versions."""

    class Kind(models.TextChoices):
        SCALE = "scale", _("Scale")
        FLAG = "flag", _("Flag")
        SLIDER = "slider", _("Slider")
        MULTI = "multi", _("Several may apply")
        CHECKLIST = "checklist", _("Checklist")
        PAIR = "pair", _("Choice between two responses")
        RANKING = "ranking", _("Ranking of responses")
        BEST_WORST = "best_worst", _("Best and worst response")
        SPANS = "spans", _("Codes on passages")
        TEXT = "text", _("Free text")

    class Target(models.TextChoices):
        ITEM = "item", _("The conversation")
        RESPONSE = "response", _("The response")
        PAIR = "pair", _("Two responses")
        TURN = "turn", _("Every turn")
        SUPPORTER_TURN = "supporter", _("Every turn of the supporter")
        SEEKER_TURN = "seeker", _("Every turn of the person")

    class Polarity(models.TextChoices):
        HIGHER = "higher_is_better", _("Higher is better")
        LOWER = "lower_is_better", _("Lower is better")
        NEUTRAL = "neutral", _("Neither")

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="questions", db_index=False)
    # A question for free text has none.
    scale = models.ForeignKey(Scale, models.PROTECT, null=True, blank=True, related_name="questions")
    key = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    construct = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target = models.CharField(max_length=9, choices=Target.choices)
    # What a question of several parts consists of: [{key, label, definition, critical, example,
    # counterexample}]. Every part is an answer of its own on the question's scale.
    options = models.JSONField(default=list, blank=True)
    # Severities of a code on passages: [{value, label}].
    severities = models.JSONField(default=list, blank=True)
    # {"question": key, "values": [...]}: asked only where that question got one of these values.
    condition = models.JSONField(default=dict, blank=True)
    # Keys of groups: "how would they answer this?", asked beside and never required.
    perspectives = models.JSONField(default=list, blank=True)
    # Keys of the groups that are asked; empty: all.
    asked_of = models.JSONField(default=list, blank=True)
    asks_confidence = models.BooleanField(default=False)
    allows_not_applicable = models.BooleanField(default=False)
    # Of a ranking: may two responses share a place?
    allows_ties = models.BooleanField(default=False)
    layer = models.CharField(max_length=4, blank=True)
    polarity = models.CharField(max_length=16, choices=Polarity.choices, default=Polarity.NEUTRAL)
    is_reversed = models.BooleanField(default=False)
    is_required = models.BooleanField(default=True)
    allows_cannot_judge = models.BooleanField(default=True)
    allows_evidence = models.BooleanField(default=False)
    # Values that stand only with words of the text marked for them.
    needs_passage = models.JSONField(default=list, blank=True)
    # A passage marked here may describe ways to self-harm: it never leaves in an export.
    is_restricted = models.BooleanField(default=False)
    text = models.CharField(max_length=500)
    standard_text = models.CharField(max_length=500, blank=True)
    help = models.TextField(blank=True)
    examples = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_unique_in_version"),
            models.UniqueConstraint(fields=["version", "position"], name="question_position_unique"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def levels(self) -> list[Level]:
        """The points of its scale in order, prefetched as `scale__levels`; none for free text."""
        return list(self.scale.levels.all()) if self.scale else []

    @property
    def condition_words(self) -> str:
        """When it is asked, as <question>[__<part>] = <values>; empty where always."""
        if not self.condition:
            return ""
        part = f"__{self.condition['part']}" if self.condition.get("part") else ""
        values = ", ".join(f"{value:g}" for value in self.condition["values"])
        return f"{self.condition['question']}{part} = {values}"

    @property
    def measurement(self) -> str:
        return self.scale.measurement if self.scale else ""


class Wording(models.Model):
    """A question's words in another language, or for one group where a study insists.

    What is empty falls back to the question's own words. `labels`: words of levels by value and of options
    by key.
    """

    question = models.ForeignKey(Question, models.CASCADE, related_name="wordings", db_index=False)
    language = models.CharField(max_length=12)
    # Key of a group; empty: all of them.
    group = models.SlugField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)
    help = models.TextField(blank=True)
    labels = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "language", "group"], name="wording_once")]

    def __str__(self) -> str:
        return f"{self.question_id} {self.language} {self.group}".strip()
