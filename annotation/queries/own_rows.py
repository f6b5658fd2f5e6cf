"""A rater's own rows in this app, as JSON: profile, consents, screening, wellbeing, messages."""

from __future__ import annotations

from typing import Any

from django.db.models import Manager

from annotation.models import (
    CheckIn,
    ContactWish,
    DataRequest,
    Departure,
    LegalScreen,
    MessageCopy,
    MessageMute,
    Pass,
    Pause,
    ProblemReport,
    ProxyConsent,
    Rater,
    ScreeningAnswer,
    TopicOptOut,
)
from annotation.own_data import register
from annotation.queries.consent import consent_statement


def _rows(rows: Manager[Any], rater: Rater, **fields: str) -> list[dict[str, Any]]:
    """Rows of this rater, oldest first; `fields`: name in the file and field of the row."""
    found = rows.filter(rater=rater).order_by("pk").values_list(*fields.values())
    return [dict(zip(fields, row, strict=True)) for row in found]


def profile(rater: Rater) -> dict[str, Any]:
    """The login and the place in the study."""
    user = rater.member.user if rater.member else None
    return {
        "study": rater.study.title,
        "pseudonym": rater.pseudonym,
        "group": rater.group.name,
        "joined_at": rater.created_at,
        "user_name": user.username if user else None,
        "email": user.email if user else None,
        "name": user.get_full_name() if user else None,
        "last_sign_in_at": user.last_login if user else None,
        "data_requests": _rows(DataRequest.objects, rater, at="created_at"),
        "left": _rows(Departure.objects, rater, at="left_at"),
    }


def screening(rater: Rater) -> dict[str, Any]:
    answers = _rows(ScreeningAnswer.objects, rater, question="question__words", value="value", text="text")
    legal = _rows(
        LegalScreen.objects, rater, is_of_age="is_of_age", has_capacity="has_capacity", at="answered_at"
    )
    return {"before_consent": legal, "questions_about_you": answers}


def proxies(rater: Rater) -> list[dict[str, Any]]:
    said = {"version": "version__number", "given_by": "relationship", "on": "given_on"}
    return _rows(ProxyConsent.objects, rater, **said, taken_back_at="withdrawn_at")


def wellbeing(rater: Rater) -> dict[str, Any]:
    return {
        "check_ins": _rows(CheckIn.objects, rater, value="value", at="answered_at"),
        "pauses": _rows(Pause.objects, rater, began_at="began_at", ended_at="ended_at"),
        "contact_wishes": _rows(ContactWish.objects, rater, at="wished_at", answered_at="answered_at"),
        "topics_left_out": _rows(TopicOptOut.objects, rater, topic="topic", at="chosen_at"),
        "skipped": _rows(Pass.objects, rater, item="item__code", reason="reason", at="passed_at"),
    }


def messages(rater: Rater) -> dict[str, Any]:
    received = {"subject": "message__subject", "body": "message__body", "at": "message__created_at"}
    reports = {"item": "item__code", "text": "text", "answer": "answer", "at": "created_at"}
    return {
        "received": _rows(MessageCopy.objects, rater, **received),
        "wants_none_since": _rows(MessageMute.objects, rater, at="at"),
        "problems_reported": _rows(ProblemReport.objects, rater, **reports),
    }


def register_own_rows() -> None:
    register("profile", profile)
    register("consents", consent_statement)
    register("consents_by_others", proxies)
    register("screening", screening)
    register("wellbeing", wellbeing)
    register("messages", messages)
