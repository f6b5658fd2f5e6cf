"""An import step by step: what was found, what its columns are, what happens to names in its texts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.imports.checks.identifier_step import Action
from annotation.imports.checks.mapping import Reading, mapping_defects
from annotation.imports.checks.questions import scale_of
from annotation.models import ImportBatch
from api.serializers.studies import JobSerializer
from rating.services.import_sources import ImportOptions
from rating.services.import_uploads import job_of

Text = serializers.CharField
ENCODINGS = ["windows-1252"]
Objects = serializers.ListField(child=serializers.DictField())


class ImportOptionsSerializer(serializers.Serializer[Any]):
    """How the files are read; what is left out is as usual."""

    scale = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=20,
        help_text="Such as 1-5: questions are made from the file of ratings.",
    )
    measurement = serializers.ChoiceField(
        choices=["interval"], required=False, default="", allow_blank=True, help_text="Empty: ordinal."
    )
    keep_out_of_scale = serializers.BooleanField(required=False, default=False)
    add_items = serializers.BooleanField(
        required=False, default=False, help_text="Names of items that are unknown become items without text."
    )
    add_groups = serializers.BooleanField(required=False, default=False)
    judge_groups = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=400,
        help_text="Keys of new groups that are judge models, separated by commas.",
    )

    def validate_scale(self, value: str) -> str:
        if value.strip():
            try:
                scale_of(value.strip())
            except ValueError as error:
                raise serializers.ValidationError(str(error)) from error
        return value.strip()

    def options(self) -> ImportOptions:
        sent: dict[str, Any] = {str(name): self.validated_data[name] for name in OPTIONS}
        judges = tuple(key.strip() for key in sent.pop("judge_groups").split(",") if key.strip())
        return ImportOptions(**sent, judge_groups=judges)


OPTIONS = tuple(ImportOptionsSerializer().fields)


class SentImportSerializer(ImportOptionsSerializer):
    """A file of items as text: CSV, JSON or JSON lines (docs/data-formats.md)."""

    content = Text(trim_whitespace=False, max_length=4_000_000)
    name = Text(required=False, default="items.csv", max_length=100)
    waits = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Only check it: you look, decide, and run it afterwards.",
    )


class SentFilesSerializer(ImportOptionsSerializer):
    """Files as forms send them: CSV, JSON, JSON lines, Excel or Parquet; they are checked, and wait."""

    items = serializers.FileField(required=False, allow_empty_file=True, max_length=200)
    ratings = serializers.FileField(required=False, allow_empty_file=True, max_length=200)


class ImportSerializer(serializers.Serializer[Any]):
    code = Text(source="batch.code")
    state = serializers.ChoiceField(source="batch.state", choices=ImportBatch.State.choices)
    job = JobSerializer(allow_null=True)


class ImportRowSerializer(serializers.Serializer[Any]):
    code = Text()
    file_name = Text()
    state = serializers.ChoiceField(choices=ImportBatch.State.choices)
    created_at = serializers.DateTimeField()


class FindingsSerializer(serializers.Serializer[Any]):
    """How much of each kind was found, never what."""

    n_items = serializers.IntegerField()
    n_by_kind = serializers.DictField(child=serializers.IntegerField())


class ImportReportSerializer(ImportRowSerializer):
    """What a check of the files has found. Nothing is stored before the import is run."""

    job = serializers.SerializerMethodField(help_text="The newest; null where nothing ran in the background.")
    needs_mapping = serializers.SerializerMethodField(help_text="Somebody has to say what the columns are.")
    is_checked = serializers.SerializerMethodField()
    defects = serializers.SerializerMethodField(help_text="Each with its line; the first of them.")
    n_defects = serializers.SerializerMethodField()
    found = serializers.SerializerMethodField(help_text="Counts of what the files bring, or have brought.")
    brings_nothing = serializers.SerializerMethodField(help_text="All of it is in the study already.")
    repairs = serializers.SerializerMethodField(help_text="Broken letters that were mended.")
    findings = serializers.SerializerMethodField(help_text="What may tell who somebody is.")
    is_decided = serializers.SerializerMethodField(help_text="Somebody has said what happens to that.")

    @extend_schema_field(JobSerializer(allow_null=True))
    def get_job(self, batch: ImportBatch) -> dict[str, Any] | None:
        job = job_of(batch)
        return None if job is None else dict(JobSerializer(job).data)

    def get_needs_mapping(self, batch: ImportBatch) -> bool:
        return bool(batch.report.get("needs_mapping"))

    def get_is_checked(self, batch: ImportBatch) -> bool:
        return bool(batch.report.get("is_checked"))

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_defects(self, batch: ImportBatch) -> list[str]:
        return list(batch.report.get("defects", []))

    def get_n_defects(self, batch: ImportBatch) -> int:
        return int(batch.report.get("n_defects", 0))

    @extend_schema_field(serializers.DictField())
    def get_found(self, batch: ImportBatch) -> dict[str, Any]:
        return dict(batch.report.get("counts") or batch.report.get("found") or {})

    def get_brings_nothing(self, batch: ImportBatch) -> bool:
        return bool(batch.report.get("brings_nothing"))

    @extend_schema_field(Objects)
    def get_repairs(self, batch: ImportBatch) -> list[dict[str, Any]]:
        return list(batch.report.get("repairs", []))

    @extend_schema_field(FindingsSerializer)
    def get_findings(self, batch: ImportBatch) -> dict[str, Any]:
        found = batch.report.get("findings") or {}
        return {"n_items": found.get("n_items", 0), "n_by_kind": found.get("n_by_kind", {})}

    def get_is_decided(self, batch: ImportBatch) -> bool:
        return bool(batch.report.get("decisions"))


class ReadingSerializer(serializers.Serializer[Any]):
    """What the columns of the file are."""

    mapping = serializers.DictField(
        child=Text(allow_blank=True, max_length=200),
        help_text="By name in the file: one of ours, factor:name, item:prefix, or empty where it is left "
        "out. “*”: “item” where no column names the items.",
    )
    encoding = serializers.ChoiceField(
        choices=ENCODINGS, required=False, default="", allow_blank=True, help_text="Empty: UTF-8."
    )
    keep_broken = serializers.BooleanField(
        required=False, default=False, help_text="Leave letters as a wrong encoding has broken them."
    )

    def validate_mapping(self, value: dict[str, str]) -> dict[str, str]:
        if defects := mapping_defects(value):
            raise serializers.ValidationError(defects)
        return value

    def reading(self) -> Reading:
        sent = self.validated_data
        return Reading(sent["mapping"], sent["encoding"], sent["keep_broken"])


class ColumnSerializer(serializers.Serializer[Any]):
    name = Text()
    examples = serializers.ListField(child=Text())
    guess = serializers.SerializerMethodField(help_text="What it most likely is, or was said to be.")

    def get_guess(self, column: Any) -> str:
        return str(self.context["guesses"].get(column.name, ""))


class ReadTextSerializer(serializers.Serializer[Any]):
    name = serializers.SerializerMethodField(help_text="Who speaks, or the letter of a reply.")
    text = Text()

    def get_name(self, one: dict[str, str]) -> str:
        return one.get("speaker") or one.get("letter", "")


class ReadItemSerializer(serializers.Serializer[Any]):
    """An item as a rater would see it, and what of it stays hidden."""

    name = Text()
    turns = ReadTextSerializer(many=True)
    replies = ReadTextSerializer(many=True)
    notes = serializers.ListField(child=Text())
    hidden = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=Text()))
    def get_hidden(self, item: Any) -> dict[str, str]:
        return {str(name): str(value) for name, value in item.hidden}


class LookSerializer(serializers.Serializer[Any]):
    """The first items as they would be read, and what stands against it in the rows up to them."""

    items = ReadItemSerializer(many=True)
    against = serializers.ListField(child=Text())


class ColumnsSerializer(LookSerializer):
    columns = serializers.SerializerMethodField()

    @extend_schema_field(ColumnSerializer(many=True))
    def get_columns(self, shown: dict[str, Any]) -> list[dict[str, Any]]:
        rows = ColumnSerializer(shown["columns"], many=True, context={"guesses": shown["guesses"]})
        return [dict(row) for row in rows.data]


class FoundInSerializer(serializers.Serializer[Any]):
    """`contexts`: the first places, with what was found covered."""

    item = Text()
    counts = serializers.DictField(child=serializers.IntegerField())
    contexts = serializers.ListField(child=Text())


class DecisionsSerializer(serializers.Serializer[Any]):
    """What happens to each kind, and to items that are exceptions."""

    kinds = serializers.DictField(child=serializers.ChoiceField(choices=[str(one) for one in Action]))
    items = serializers.DictField(
        child=serializers.ChoiceField(choices=[str(Action.KEEP), str(Action.LEAVE_OUT)]),
        required=False,
        default=dict,
        help_text="By the item’s name.",
    )


class IdentifiersSerializer(FindingsSerializer):
    """What was found, with the words themselves covered; of many items the first."""

    items = FoundInSerializer(many=True)
    decisions = DecisionsSerializer(allow_null=True)


class FormatColumnSerializer(serializers.Serializer[Any]):
    name = Text()
    aliases = serializers.ListField(child=Text())
    meaning = Text()
    example = Text()
    is_required = serializers.BooleanField()
    max_length = serializers.IntegerField()


class FormatsSerializer(serializers.Serializer[Any]):
    items = FormatColumnSerializer(many=True)
    ratings = FormatColumnSerializer(many=True)
