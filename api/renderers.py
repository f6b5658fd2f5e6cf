"""Files leave as they lie; what goes wrong beside them is JSON as everywhere."""

from __future__ import annotations

from rest_framework.renderers import JSONRenderer


class AnyFile(JSONRenderer):
    """Answers whatever a client accepts: the file has its own type, an error is JSON."""

    media_type = "*/*"
    format = "file"
    charset = None
