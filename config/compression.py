"""Compress pages and documents on their way out; what is a file stays as it is."""

from __future__ import annotations

import gzip
import secrets

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

COMPRESSED = ("text/html", "application/json", "image/svg+xml")
LEAST = 200
# Half of the time of the usual 6, for a twentieth more.
LEVEL = 4
_FLAGS, _HEADER = 3, 10


class CompressPages(GZipMiddleware):
    """Django's own, with its random padding against guessing by length; tokens in forms are masked."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if not isinstance(response, HttpResponse) or kind not in COMPRESSED:
            return response
        if len(response.content) < LEAST or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            return response
        packed = padded(gzip.compress(response.content, compresslevel=LEVEL, mtime=0), self.max_random_bytes)
        if len(packed) >= len(response.content):
            return response
        response.content = packed
        response.headers["Content-Length"] = str(len(packed))
        response.headers["Content-Encoding"] = "gzip"
        etag = response.get("ETag")
        if etag and etag.startswith('"'):
            response.headers["ETag"] = "W/" + etag
        return response


def padded(packed: bytes, most: int) -> bytes:
    """With a file name of random length, which nobody reads, in its head."""
    head = bytearray(packed[:_HEADER])
    head[_FLAGS] = gzip.FNAME
    return bytes(head) + b"a" * secrets.randbelow(most) + b"\x00" + packed[_HEADER:]
