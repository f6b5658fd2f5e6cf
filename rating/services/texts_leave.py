"""Which files may hold the texts of the items."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rating.queries.exports import ExportScope


def texts_may_not_leave(scope: ExportScope) -> str:
    """Why a file with the items' texts is not made for this scope; empty where it may be.

    Raters agree to share their ratings; whose the texts are, and who may have them, only the team knows.
    """
    if not scope.is_public:
        return ""
    return _(
        "This file holds the texts of the items: it is made for the study’s team, who decide about them."
    )
