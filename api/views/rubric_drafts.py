"""A rubric draft, built step by step; every change can be taken back."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import rubric_draft_for, signed_in
from annotation.design.rubric_document import Edit
from annotation.models import RubricVersion
from annotation.queries.rubric_drafts import built_draft
from annotation.scopes import Scope
from annotation.services import rubric_edits
from annotation.services.rubric_drafts import edit_draft, undo_draft
from api.endpoint import Endpoint, checked
from api.schema import documented
from api.serializers.rubrics import (
    MoveSerializer,
    RubricDraftSerializer,
    SentAboutSerializer,
    SentQuestionSerializer,
    SentScaleSerializer,
    SentWordsSerializer,
    WhoseWordsSerializer,
)

CHANGED = {200: RubricDraftSerializer}
ADDS = frozenset({"added", "duplicated"})


def _told(version: RubricVersion, status: int = 200) -> Response:
    return Response(RubricDraftSerializer(built_draft(version)).data, status=status)


def _edited(draft: RubricVersion, edit: Edit, request: Request, *, deed: str, about: str = "") -> Response:
    """Whatever changes a draft answers with the draft as it is then."""
    changed = edit_draft(draft, edit, actor=signed_in(request.user), deed=deed, about=about)
    return _told(changed, 201 if deed in ADDS else 200)


class Draft(Endpoint):
    scopes = {"GET": Scope.READ_ITEMS}

    @documented(
        "rubrics_draft",
        "A draft as it is built, with what stands in the way of publishing it (coordinator)",
        answers=CHANGED,
        errors=[404, 409],
    )
    def get(self, request: Request, code: str, version: str) -> Response:
        return _told(rubric_draft_for(request.user, code, version))


class DraftAbout(Endpoint):
    scopes = {"PATCH": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_about",
        "Change what the draft says of itself (coordinator)",
        request=SentAboutSerializer,
        answers=CHANGED,
        errors=[400, 404, 409],
    )
    def patch(self, request: Request, code: str, version: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        sent = checked(SentAboutSerializer, request).validated_data
        return _edited(draft, rubric_edits.said_of_itself(sent), request, deed="about")


class DraftUndo(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_undo",
        "Take the last change of the draft back (coordinator)",
        answers=CHANGED,
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, version: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        undo_draft(draft, actor=signed_in(request.user))
        return _told(rubric_draft_for(request.user, code, version))


class DraftQuestionList(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_add",
        "Add a question at the end (coordinator)",
        request=SentQuestionSerializer,
        answers={201: RubricDraftSerializer},
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, version: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        body = checked(SentQuestionSerializer, request).validated_data["question"]
        edit = rubric_edits.written_question(body)
        return _edited(draft, edit, request, deed="added", about=str(body.get("key", "")))


class DraftQuestion(Endpoint):
    scopes = {"PUT": Scope.WRITE_RUBRICS, "DELETE": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_question",
        "Change a question; another key in it is its key from then on (coordinator)",
        request=SentQuestionSerializer,
        answers=CHANGED,
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        sent = checked(SentQuestionSerializer, request).validated_data
        edit = rubric_edits.written_question(sent["question"], key=key, was=sent["was"])
        return _edited(draft, edit, request, deed="changed", about=key)

    @documented(
        "rubrics_draft_remove",
        "Remove a question (coordinator)",
        answers=CHANGED,
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        return _edited(draft, rubric_edits.removed_question(key), request, deed="removed", about=key)


class DraftMove(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_move",
        "Move a question by one place; at the edge nothing changes (coordinator)",
        request=MoveSerializer,
        answers=CHANGED,
        errors=[400, 404, 409],
    )
    def post(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        step = checked(MoveSerializer, request).validated_data["step"]
        return _edited(draft, rubric_edits.moved_question(key, step), request, deed="moved", about=key)


class DraftCopy(Endpoint):
    scopes = {"POST": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_copy",
        "A copy of a question right after it, under a free key (coordinator)",
        answers={201: RubricDraftSerializer},
        errors=[404, 409],
    )
    def post(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        return _edited(draft, rubric_edits.copied_question(key), request, deed="duplicated", about=key)


class DraftWords(Endpoint):
    scopes = {"PUT": Scope.WRITE_RUBRICS, "DELETE": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_words",
        "A question's words in another language, or for one group (coordinator)",
        request=SentWordsSerializer,
        answers=CHANGED,
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        wording = checked(SentWordsSerializer, request).wording()
        return _edited(draft, rubric_edits.written_words(key, wording), request, deed="words", about=key)

    @documented(
        "rubrics_draft_unword",
        "Take such words away (coordinator)",
        answers=CHANGED,
        errors=[400, 404, 409],
        parameters=[WhoseWordsSerializer],
    )
    def delete(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        asked = WhoseWordsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        edit = rubric_edits.removed_words(key, **asked.validated_data)
        return _edited(draft, edit, request, deed="words", about=key)


class DraftScale(Endpoint):
    scopes = {"PUT": Scope.WRITE_RUBRICS, "DELETE": Scope.WRITE_RUBRICS}

    @documented(
        "rubrics_draft_scale",
        "Add a scale, or change the one of this key (coordinator)",
        request=SentScaleSerializer,
        answers=CHANGED,
        errors=[400, 404, 409],
    )
    def put(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        sent = checked(SentScaleSerializer, request).validated_data
        edit = rubric_edits.written_scale(key, sent["scale"], was=sent["was"])
        return _edited(draft, edit, request, deed="scale", about=key)

    @documented(
        "rubrics_draft_unscale",
        "Take a scale away that no question is answered on (coordinator)",
        answers=CHANGED,
        errors=[404, 409],
    )
    def delete(self, request: Request, code: str, version: str, key: str) -> Response:
        draft = rubric_draft_for(request.user, code, version)
        return _edited(draft, rubric_edits.kept_scale(key), request, deed="scale", about=key)
