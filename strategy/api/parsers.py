"""What bodies are read by: JSON of a bounded size."""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser, JSONParser

LARGEST = 4 * 1024**2
"""Bytes; ten thousand identifiers are one to two million."""


class TooLarge(APIException):
    """The body is larger than this address takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BoundedJSONParser(BaseParser):
    """JSON, refused with 413 where it is larger than any request here needs to be.

    It is no JSONParser: the framework reads the bodies of those itself, and refuses from
    `DATA_UPLOAD_MAX_MEMORY_SIZE` on, which is meant for forms.
    """

    media_type = JSONParser.media_type

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge(f"Send {LARGEST // 1024**2} MB at most; send the rest separately.")
        return JSONParser().parse(BytesIO(body), media_type, parser_context)
