"""Files as answers: named, stored nowhere on the way, and how the document tells of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

CSV = "text/csv"
PDF = "application/pdf"
SVG = "image/svg+xml"
PNG = "image/png"
JSON = "application/json"
TEXT = "text/plain"
HTML = "text/html"
TEX = "application/x-tex"
MARKDOWN = "text/markdown"
PARQUET = "application/vnd.apache.parquet"
ZIP = "application/zip"


def as_file(file: Any, name: str, kind: str) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response


def as_stream(pieces: Iterable[bytes], name: str, kind: str) -> StreamingHttpResponse:
    """Sent while it is made; `name` holds plain letters only."""
    response = StreamingHttpResponse(pieces, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def file_answer(kind: str, words: str, *others: str) -> dict[Any, Any]:
    """For `documented(answers=…)`: a file of this type, or of one of the others."""
    shapes = {JSON: OpenApiTypes.ANY}
    return {
        (200, one): OpenApiResponse(shapes.get(one, OpenApiTypes.BINARY), words) for one in (kind, *others)
    }
