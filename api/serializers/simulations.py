"""Simulations of a study's plan: what is simulated, and what was found."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import Job
from api.serializers.studies import JobSerializer
from rating.agreement.planning.limits import MAX_ITEMS, MAX_RATERS
from rating.queries.planning import simulation_page
from rating.reporting.plans import GAPS, UNITS
from rating.services.planning import MAX_SIMULATIONS, MIN_SIMULATIONS

Text, Number, Whole = serializers.CharField, serializers.FloatField, serializers.IntegerField
# Beyond any scale; a spread of more than this is a mistake.
WIDEST = 1000


class SimulatedGroupSerializer(serializers.Serializer[Any]):
    group = Text(max_length=40, help_text="Key of a group of people.")
    n_raters = Whole(min_value=1, max_value=MAX_RATERS)
    per_item = Whole(
        min_value=1,
        max_value=MAX_RATERS,
        required=False,
        allow_null=True,
        default=None,
        help_text="Ratings of the group on each item; null: everybody rates every item (of their block).",
    )


class SentSimulationSerializer(serializers.Serializer[Any]):
    """One group, or two to compare. Spreads and gap in scale points, or in the unit that is named."""

    groups = serializers.ListField(child=SimulatedGroupSerializer(), min_length=1, max_length=2)
    n_items = Whole(min_value=1, max_value=MAX_ITEMS)
    n_levels = Whole(min_value=2, max_value=101, help_text="Points of the scale.")
    n_blocks = Whole(
        min_value=1, max_value=MAX_RATERS, required=False, default=1, help_text="Raters of one share items."
    )
    share_missing = Number(min_value=0, max_value=0.9, required=False, default=0.0)
    unit = serializers.ChoiceField(choices=sorted(UNITS), required=False, default="points")
    item = Number(min_value=0, max_value=WIDEST, help_text="Standard deviation of items, in scale points.")
    rater = Number(min_value=0, max_value=WIDEST, help_text="Of raters of a group.")
    residual = Number(min_value=0.01, max_value=WIDEST, help_text="Of a rating around its rater and item.")
    vary = serializers.ChoiceField(choices=sorted(GAPS), required=False, default="shift")
    gap = Number(
        min_value=0, max_value=WIDEST, help_text="Between the groups: expected, or the least that matters."
    )
    target_power = Number(min_value=0.05, max_value=0.99, required=False, default=0.8)
    n_simulations = Whole(min_value=MIN_SIMULATIONS, max_value=MAX_SIMULATIONS, required=False, default=500)
    is_search_wanted = serializers.BooleanField(
        required=False, default=True, help_text="Also search how many raters the target takes."
    )
    seed = Whole(min_value=0, max_value=2**31 - 1, required=False, allow_null=True, default=None)

    def validate_groups(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({one["group"] for one in value}) < len(value):
            raise serializers.ValidationError("Name two different groups.")
        return value

    def settings(self, names: dict[str, str]) -> dict[str, Any]:
        """The plan as `start_plan_simulation` takes it. `names`: of the study's groups, by key."""
        sent = {name: value for name, value in self.validated_data.items() if name != "seed"}
        groups = sent.pop("groups")
        spreads = {name: sent.pop(name) for name in ("item", "rater", "residual", "unit")}
        sent["expected"] = spreads | {sent["vary"]: sent.pop("gap")}
        sent["groups"] = [
            {"name": names[one["group"]], "n_raters": one["n_raters"], "per_item": one["per_item"]}
            for one in groups
        ]
        return sent


class OutsetGroupSerializer(serializers.Serializer[Any]):
    group = Text(source="group.key")
    n_raters = Whole()
    per_item = Whole()


class OutsetSerializer(serializers.Serializer[Any]):
    """The study's own plan to begin with; usual numbers for what it lacks."""

    groups = OutsetGroupSerializer(many=True)
    n_items = Whole()
    n_levels = Whole()


class SimulationRowSerializer(serializers.Serializer[Any]):
    """`settings` and `seed` give the same numbers again."""

    code = Text()
    seed = serializers.SerializerMethodField()
    settings = serializers.SerializerMethodField()
    job = JobSerializer(source="*")

    def get_seed(self, job: Job) -> int | None:
        seed: int | None = job.payload.get("seed")
        return seed

    @extend_schema_field(serializers.DictField())
    def get_settings(self, job: Job) -> dict[str, Any]:
        return dict(job.payload.get("settings", {}))


class SimulationSerializer(SimulationRowSerializer):
    """What was found; empty until the job is done."""

    findings = serializers.SerializerMethodField(help_text="In sentences.")
    warnings = serializers.SerializerMethodField()
    outlook = serializers.SerializerMethodField(help_text="All numbers, unrounded.")
    needed = serializers.SerializerMethodField(help_text="Raters that the target takes, where searched.")
    figure = serializers.SerializerMethodField(help_text="SVG; empty where there is none.")

    def _is_done(self, job: Job) -> bool:
        return job.state == Job.State.DONE

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_findings(self, job: Job) -> list[str]:
        return simulation_page(job).findings if self._is_done(job) else []

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_warnings(self, job: Job) -> list[str]:
        return simulation_page(job).warnings if self._is_done(job) else []

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_outlook(self, job: Job) -> dict[str, Any] | None:
        return job.result["outlook"] if self._is_done(job) else None

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_needed(self, job: Job) -> dict[str, Any] | None:
        return job.result["needed"] if self._is_done(job) else None

    def get_figure(self, job: Job) -> str:
        return str(job.result["svg"]) if self._is_done(job) else ""
