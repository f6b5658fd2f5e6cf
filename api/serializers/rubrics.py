"""Versions of a rubric: read, compared, published, and built step by step."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.design.rubric_document import languages_of, users_of, written
from annotation.forms.rubrics import LANGUAGE
from annotation.models import RubricVersion
from annotation.queries.rubric_drafts import BuiltDraft
from annotation.services.rubric_rows import document_digest
from rating.forms.rubric_preview import Preview

Text = serializers.CharField
WORDS = "As docs/data-formats.md describes it."


class RubricSerializer(serializers.Serializer[Any]):
    """A version of the study's rubric; a published one never changes."""

    code = Text()
    rubric = Text(source="rubric.key")
    name = Text(source="rubric.name")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RubricVersion.State.choices)
    digest = Text()
    published_at = serializers.DateTimeField(allow_null=True)


class RubricDocumentSerializer(RubricSerializer):
    document = serializers.SerializerMethodField(help_text=WORDS)

    @extend_schema_field(serializers.DictField())
    def get_document(self, version: RubricVersion) -> dict[str, Any]:
        return written(version.document)


class PackSerializer(serializers.Serializer[Any]):
    """A rubric that comes with the program."""

    key = Text()
    name = Text()
    purpose = Text()
    source = Text()  # type: ignore[assignment]  # a field, not the serializer's own
    licence = Text()
    n_questions = serializers.IntegerField()
    minutes = serializers.IntegerField(help_text="A rough estimate of what answering takes.")


class SentRubricSerializer(serializers.Serializer[Any]):
    """One of them: a document, the key of a shipped rubric, or a name to begin from nothing."""

    document = serializers.DictField(required=False, help_text=WORDS)
    pack = Text(required=False, max_length=60, help_text="Key of a rubric that comes with the program.")
    name = Text(required=False, max_length=200, help_text="Of a new rubric without questions.")
    language = serializers.RegexField(
        LANGUAGE, required=False, default="en", max_length=12, help_text="Of the new rubric’s words."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"document", "pack", "name"} & set(attrs)) != 1:
            raise serializers.ValidationError("Send one of document, pack and name.")
        return attrs


class PublishSerializer(serializers.Serializer[Any]):
    signed_off_by = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=200,
        help_text="Who has approved it, where its document asks for that.",
    )
    equivalence_reason = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=1000,
        help_text="Why it only corrects words of the version before it; answers are then counted together.",
    )
    hands_out = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Places that nobody has taken in stages under way get this version.",
    )


class ChangedLineSerializer(serializers.Serializer[Any]):
    what = Text()
    before = Text()
    after = Text()
    is_words = serializers.BooleanField()


class ChangedPartSerializer(serializers.Serializer[Any]):
    """What differs in one question or scale, or in what the rubric says of itself."""

    about = Text(help_text="question, scale or rubric")
    key = Text()
    title = Text()
    deeds = serializers.ListField(child=Text(), help_text="added, removed, moved, changed")
    lines = ChangedLineSerializer(many=True)


class ChangesSerializer(serializers.Serializer[Any]):
    parts = ChangedPartSerializer(many=True)
    is_words_only = serializers.BooleanField()
    n_same = serializers.IntegerField(help_text="Questions that are as before.")
    counts = serializers.DictField(child=serializers.IntegerField())


class ComparedSerializer(serializers.Serializer[Any]):
    """`changes` leads from `since` to this version; null where there is nothing to compare with."""

    since = RubricSerializer(allow_null=True)
    changes = ChangesSerializer(allow_null=True)


class SinceSerializer(serializers.Serializer[Any]):
    since = Text(
        required=False, max_length=12, help_text="Code of the earlier version; left out: the one before."
    )


class DefectSerializer(serializers.Serializer[Any]):
    text = Text()
    key = Text(help_text="Of the question it is about; empty for the whole.")


class PublishingSerializer(ComparedSerializer):
    """What publishing would do. `may_correct`: only words differ, so it can be a correction."""

    since = RubricSerializer(allow_null=True, source="earlier")
    defects = DefectSerializer(many=True, help_text="What stands in the way.")
    may_correct = serializers.BooleanField()
    n_free = serializers.IntegerField(help_text="Places that can be handed this version.")
    stages = serializers.ListField(child=Text(), help_text="Where they are.")


class DraftQuestionSerializer(serializers.Serializer[Any]):
    """`digest`: to send as `was` with a change, so that nobody’s work is lost."""

    key = Text()
    digest = serializers.SerializerMethodField()
    question = serializers.SerializerMethodField(help_text=WORDS)

    def get_digest(self, body: dict[str, Any]) -> str:
        return document_digest(body)

    @extend_schema_field(serializers.DictField())
    def get_question(self, body: dict[str, Any]) -> dict[str, Any]:
        return body


class DraftScaleSerializer(serializers.Serializer[Any]):
    key = Text()
    digest = Text(help_text="As of questions.")
    users = serializers.ListField(child=Text(), help_text="Keys of the questions answered on it.")
    scale = serializers.DictField(help_text=WORDS)


class RubricDraftSerializer(serializers.Serializer[BuiltDraft]):
    """A draft as it is built. `last_step`: what an undo takes back; empty: nothing."""

    version = RubricSerializer()
    about = serializers.SerializerMethodField(help_text="What the rubric says of itself.")
    questions = serializers.SerializerMethodField()
    scales = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField()
    defects = DefectSerializer(many=True, help_text="What stands in the way of publishing.")
    last_step = Text()

    @extend_schema_field(serializers.DictField())
    def get_about(self, draft: BuiltDraft) -> dict[str, Any]:
        document = written(draft.version.document)
        return {name: value for name, value in document.items() if name in ABOUT_NAMES}

    @extend_schema_field(DraftQuestionSerializer(many=True))
    def get_questions(self, draft: BuiltDraft) -> list[dict[str, Any]]:
        rows = DraftQuestionSerializer(written(draft.version.document)["questions"], many=True)
        return [dict(row) for row in rows.data]

    @extend_schema_field(DraftScaleSerializer(many=True))
    def get_scales(self, draft: BuiltDraft) -> list[dict[str, Any]]:
        document = draft.version.document
        return [
            {
                "key": key,
                "digest": document_digest(body),
                "users": users_of(document, key),
                "scale": body,
            }
            for key, body in written(document).get("scales", {}).items()
        ]

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_languages(self, draft: BuiltDraft) -> list[str]:
        return languages_of(draft.version.document)


def _long(length: int) -> serializers.CharField:
    return Text(required=False, allow_blank=True, max_length=length, trim_whitespace=False)


class SentAboutSerializer(serializers.Serializer[Any]):
    """What is left out stays as it is; an empty text goes."""

    name = Text(required=False, max_length=200)
    language = serializers.RegexField(LANGUAGE, required=False, max_length=12)
    purpose = _long(1000)
    source = _long(1000)  # type: ignore[assignment]
    licence = _long(1000)
    note = _long(10_000)
    guidelines = _long(60_000)
    sign_off = _long(1000)
    order = serializers.ListField(
        child=Text(max_length=100), required=False, max_length=100, help_text="Constructs, in their order."
    )


ABOUT_NAMES = frozenset({"key", *SentAboutSerializer().fields})


class SentQuestionSerializer(serializers.Serializer[Any]):
    question = serializers.DictField(help_text=f"The whole question with its key. {WORDS}")
    was = Text(
        required=False,
        default="",
        allow_blank=True,
        max_length=64,
        help_text="Its digest when it was read: with another one in the draft it is refused.",
    )


class SentScaleSerializer(serializers.Serializer[Any]):
    scale = serializers.DictField(help_text=WORDS)
    was = Text(required=False, default="", allow_blank=True, max_length=64, help_text="As for questions.")


class MoveSerializer(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=[-1, 1], help_text="-1: one place towards the beginning.")


class WhoseWordsSerializer(serializers.Serializer[Any]):
    language = serializers.RegexField(LANGUAGE, max_length=12)
    group = serializers.RegexField(
        r"^[-a-zA-Z0-9_]*$", required=False, default="", allow_blank=True, max_length=40
    )


class SentWordsSerializer(WhoseWordsSerializer):
    """What is left empty falls back to the question's own words."""

    text = _long(500)
    help = _long(4000)
    labels = serializers.DictField(
        child=Text(max_length=200), required=False, help_text="By key of an option, or value of a point."
    )

    def wording(self) -> dict[str, Any]:
        """As a document has it."""
        said = {name: value for name, value in self.validated_data.items() if value}
        return {"language": said.pop("language"), **said}


class PreviewFilterSerializer(serializers.Serializer[Any]):
    group = Text(required=False, max_length=40, help_text="Key; left out: the first group.")
    language = Text(required=False, max_length=12)
    replies = serializers.IntegerField(required=False, min_value=1, max_value=4)


class PreviewQuestionSerializer(serializers.Serializer[Any]):
    """A question as it stands on the page, about one target."""

    key = Text(source="question.key")
    kind = Text(source="question.kind")
    target = Text(source="asked.target")
    perspective = Text(source="asked.perspective")
    number = Text()
    title = Text()
    help = Text()
    is_required = serializers.BooleanField()
    points = serializers.SerializerMethodField(help_text="Values with the words that raters read.")
    parts = serializers.SerializerMethodField(help_text="Words of options, elements or codes.")

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_points(self, view: Any) -> list[dict[str, str]]:
        return [{"value": str(one["value"]), "words": str(one["words"])} for one in view.levels]

    @extend_schema_field(serializers.ListField(child=Text()))
    def get_parts(self, view: Any) -> list[str]:
        return [str(row["words"]) for row in view.rows]


class PreviewTextSerializer(serializers.Serializer[Any]):
    name = Text(help_text="Who speaks, or the letter of a reply.")
    text = Text()


class RubricPreviewSerializer(serializers.Serializer[Any]):
    """The invented item as a rater of the group would see it. Nothing of it is stored."""

    group = Text(source="group.key")
    language = Text(source="screen.presentation.language")
    guidelines = Text(source="screen.presentation.rubric_version.guidelines", help_text="Markdown.")
    turns = serializers.SerializerMethodField()
    replies = serializers.SerializerMethodField()
    questions = PreviewQuestionSerializer(many=True, source="screen.questions")

    @extend_schema_field(PreviewTextSerializer(many=True))
    def get_turns(self, shown: Preview) -> list[dict[str, str]]:
        return [{"name": str(turn["speaker"]), "text": turn["text"]} for turn in shown.screen.turns]

    @extend_schema_field(PreviewTextSerializer(many=True))
    def get_replies(self, shown: Preview) -> list[dict[str, str]]:
        return [{"name": one["letter"], "text": one["response"].text} for one in shown.screen.responses]
