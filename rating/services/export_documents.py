"""What goes into every export beside its data: the protocol card, and Croissant metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial

from django.utils import timezone

from annotation.models import Group, Rater
from rating.queries.card_counts import card_counts
from rating.queries.protocol import card_of
from rating.queries.protocol_counts import answered_of_counts
from rating.queries.shown_raters import SUPPRESSED
from rating.reporting.protocol.document import ProtocolCard
from rating.reporting.protocol.typeset import card_pdf
from rating.services.croissant import NAME, croissant_json
from rating.services.export_formats.registered import ExportFormat, ExportSource
from rating.services.export_packing import PackedFile, register_documents


def card_for(source: ExportSource) -> ProtocolCard:
    """The card of the export's stage; groups that its files do not tell are not told here either.

    Of an export for the public it counts everybody all the same: raters who do not share are in it.
    """
    hidden = [key for key, rater in source.shown.items() if rater.group == SUPPRESSED]
    small = set(Rater.objects.filter(pk__in=hidden).values_list("group__name", flat=True))
    scope = source.scope
    groups = list(Group.objects.filter(study=scope.study))
    said = None if scope.is_public else answered_of_counts(source.counts, groups)
    count = partial(card_counts, said=said)
    return card_of(scope.study, now=timezone.now(), stage=scope.stage, without_groups=small, count=count)


def documents(
    source: ExportSource, form: ExportFormat, files: Sequence[PackedFile]
) -> Iterator[tuple[str, bytes]]:
    """Names and contents; the card is read once."""
    del form
    card = card_for(source)
    text = json.dumps(card.to_dict(), ensure_ascii=False, indent=1)
    yield "protocol-card.json", f"{text}\n".encode()
    yield "protocol-card.pdf", card_pdf(card)
    yield NAME, croissant_json(source, files, card)


def sign_up() -> None:
    """Called once when the program starts."""
    register_documents("protocol", documents)
