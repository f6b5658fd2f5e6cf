"""Raters who send a rating until it is acknowledged, as the page does; and what must hold afterwards."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from annotation.models import Study

PATIENCE = 90.0


@dataclass
class PersistentRater:
    """One rater at the API with a token of their own."""

    port: int
    study: str
    token: str
    stop: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    n_tries_again: int = 0
    trouble: str = ""

    def run(self) -> None:
        try:
            while not self.stop.is_set() and (item := self._ask("next/", {})["item"]):
                self._submit(item)
        except (OSError, KeyError, ValueError) as error:
            self.trouble = f"{type(error).__name__}: {error}"

    def _submit(self, item: dict[str, Any]) -> None:
        scales = [q["key"] for q in item["questions"] if q["kind"] == "scale"]
        body = {
            "client_id": str(uuid4()),
            "rubric_version": item["rubric"]["version"],
            "expected_revision": 0,
            "answers": [{"question": key, "target": "response:1", "value": 3} for key in scales],
            "claim_next": False,
        }
        # Noted when the server says that it has it, and then it must have it.
        self._ask(f"slots/{item['slot']}/rating/", body)
        self.acknowledged.append(body["client_id"])

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The same words again until the server answers them; no answer and 5xx are no answers."""
        ends_at = time.monotonic() + PATIENCE
        while True:
            try:
                status, said = self._once(path, body)
            except (OSError, HTTPException):
                status, said = 0, {}
            if status in {200, 201}:
                return said
            if 400 <= status < 500 or time.monotonic() > ends_at:
                raise ValueError(f"{path} answered {status}: {said}")
            self.n_tries_again += 1
            time.sleep(0.1)

    def _once(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", f"/api/v1/studies/{self.study}/{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(content) if answer.status < 500 else {}


def rating_faults(study: Study, acknowledged: list[str]) -> list[str]:
    """What is wrong with the study's ratings, in words."""
    from django.db.models import Count
    from django.utils import timezone

    from annotation.models import Slot
    from rating.models import CurrentRating, Rating

    ratings = Rating.objects.filter(slot__plan__study=study)
    done = Slot.objects.filter(plan__study=study, state=Slot.State.DONE)
    kept = {str(one) for one in ratings.values_list("client_id", flat=True)}
    claimed = Slot.objects.filter(plan__study=study, state=Slot.State.CLAIMED)
    stuck = claimed.filter(claim_expires_at__isnull=True) | claimed.filter(
        claim_expires_at__gt=timezone.now() + timedelta(days=1)
    )
    faults = {
        "acknowledged and lost": len(set(acknowledged) - kept),
        "acknowledged twice": len(acknowledged) - len(set(acknowledged)),
        "slots with two ratings": ratings.values("slot").annotate(n=Count("pk")).filter(n__gt=1).count(),
        "slots done and without a rating": done.exclude(pk__in=CurrentRating.objects.values("slot")).count(),
        "ratings in slots that are not done": ratings.exclude(slot__in=done).count(),
        "one rater, one item, twice": ratings.values("rater", "slot__item")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .count(),
        "claims that never end": stuck.count(),
        "raters with two claims": claimed.values("rater").annotate(n=Count("pk")).filter(n__gt=1).count(),
    }
    return [f"{n} {what}" for what, n in faults.items() if n]
