"""Rating through the API: claim, draft, submit, pass. Nothing here tells who wrote a reply."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import rater_for, signed_in
from annotation.models import Rater
from annotation.scopes import Scope
from annotation.services.queue import pass_item
from api.endpoint import Endpoint
from api.schema import documented
from api.serializers.ratings import OwnRatingSerializer
from api.serializers.workbench import (
    NextItemSerializer,
    OutcomeSerializer,
    SavedDraftSerializer,
    SentDraftSerializer,
    SentPassSerializer,
    SubmissionSerializer,
    next_item,
)
from rating.access import presentation_for
from rating.models import Presentation, Rating
from rating.queries.presented import PresentedItem, current_presentation, presented_item
from rating.queries.rating_list import own_ratings, with_parts
from rating.queries.told import ToldAnswer, is_told, told_item
from rating.services.submission import submit_rating
from rating.services.workbench import claim_next_item, refuse_without_consent, save_draft

NOTHING_LEFT = "There is nothing left for you to rate at the moment. Thank you."
NOTHING_IN_HAND = "You hold no item. Ask for the next one."


def _shown(presentation: Presentation | None) -> PresentedItem | None:
    return None if presentation is None else presented_item(presentation)


def _known(rating: Rating, rater: Rater) -> list[ToldAnswer]:
    """Answers beside the known ones, where the rating is of a practice item."""
    shown = rating.presentation
    return told_item(shown).answers if shown is not None and is_told(rating.slot, rater) else []


class NextItem(Endpoint):
    scopes = {"POST": Scope.RATE}

    @documented(
        "rate_next",
        "Claim the next item, or get the one in hand again (rater)",
        answers={200: NextItemSerializer},
        errors=[403, 404, 409],
    )
    def post(self, request: Request, code: str) -> Response:
        rater = rater_for(request.user, code).rater
        presentation = claim_next_item(rater, actor=signed_in(request.user))
        return Response(next_item(_shown(presentation), otherwise="nothing_left", message=NOTHING_LEFT))


class CurrentItem(Endpoint):
    scopes = {"GET": Scope.RATE}

    @documented(
        "rate_current",
        "The item in hand (rater)",
        answers={200: NextItemSerializer},
        errors=[403, 404],
    )
    def get(self, request: Request, code: str) -> Response:
        rater = rater_for(request.user, code).rater
        refuse_without_consent(rater)
        shown = _shown(current_presentation(rater, timezone.now()))
        return Response(next_item(shown, otherwise="nothing_in_hand", message=NOTHING_IN_HAND))


class SlotDraft(Endpoint):
    scopes = {"PUT": Scope.RATE}

    @documented(
        "rate_draft",
        "Keep what was typed so far (rater)",
        request=SentDraftSerializer,
        answers={200: SavedDraftSerializer},
        errors=[400, 403, 404, 409, 413],
    )
    def put(self, request: Request, code: str, slot: str) -> Response:
        access, presentation = presentation_for(request.user, code, slot)
        sent = SentDraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        draft = save_draft(presentation.slot, access.rater, **sent.validated_data)
        return Response(SavedDraftSerializer(draft).data)


class SlotRating(Endpoint):
    scopes = {"POST": Scope.RATE}

    @documented(
        "rate_submit",
        "Submit a rating or a revision of one (rater)",
        request=SubmissionSerializer,
        answers={201: OutcomeSerializer, 200: OutcomeSerializer},
        errors=[400, 403, 404, 409],
    )
    def post(self, request: Request, code: str, slot: str) -> Response:
        rater = rater_for(request.user, code).rater
        sent = SubmissionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        outcome = submit_rating(
            rater,
            sent.submission(slot),
            actor=signed_in(request.user),
            claim_next=sent.validated_data["claim_next"],
        )
        told = {
            "rating": with_parts(outcome.rating),
            "is_replay": outcome.is_replay,
            "known": _known(outcome.rating, rater),
            "next": _shown(outcome.next),
        }
        return Response(OutcomeSerializer(told).data, status=200 if outcome.is_replay else 201)


class SlotPass(Endpoint):
    scopes = {"POST": Scope.RATE}

    @documented(
        "rate_pass",
        "Skip an item; it does not come back unless asked for (rater)",
        request=SentPassSerializer,
        answers={204: None},
        errors=[400, 403, 404, 409],
    )
    def post(self, request: Request, code: str, slot: str) -> Response:
        access, presentation = presentation_for(request.user, code, slot)
        sent = SentPassSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        reason = sent.validated_data["reason"]
        pass_item(
            presentation.slot, access.rater, actor=signed_in(request.user), reason=reason, now=timezone.now()
        )
        return Response(status=204)


class OwnRatings(Endpoint, generics.ListAPIView[Rating]):
    scopes = {"GET": Scope.RATE}
    serializer_class = OwnRatingSerializer

    def get_queryset(self) -> QuerySet[Rating]:
        return own_ratings(rater_for(self.request.user, self.kwargs["code"]).rater)

    @documented(
        "own_ratings_list",
        "What you have submitted, the newest revision of each (rater)",
        answers={200: OwnRatingSerializer(many=True)},
        errors=[403, 404],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
