"""The body of a call to the Segment HTTP API: unpacked and read in bounded memory."""

import json
import zlib
from typing import Any, NamedTuple, Protocol

from customers.intake.values import mapping, text

LARGEST_CALL = 32 * 1024
LARGEST_BATCH = 500 * 1024
MOST_MESSAGES = 2_500
_PIECE = 64 * 1024
_LONGEST_NUMBER = 30
_GZIP = 16 + zlib.MAX_WBITS
TOO_LARGE = "It is larger than a message may be, 32 KB."


class BadBodyError(ValueError):
    """The body can never be accepted; `code` and the text are for the client's developer."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Call(NamedTuple):
    """What a body holds: its messages, those that are too large, and the key in it, if any."""

    messages: list[Any]
    too_large: frozenset[int]
    write_key: str


def unpacked(stream: Stream, encoding: str, largest: int) -> bytes:
    """Return the body, decompressed; never holds much more than `largest` bytes.

    Raises BadBodyError for a larger one, a broken one, or an encoding that we do not know.
    """
    sent = b"".join(_pieces(stream, largest))
    coding = encoding.strip().lower()
    if coding in {"", "identity"}:
        return sent
    if coding not in {"gzip", "x-gzip"}:
        raise BadBodyError("content_encoding", "Content-Encoding may be gzip or nothing.")
    found = bytearray()
    while sent:
        unpacker = zlib.decompressobj(wbits=_GZIP)
        try:
            found += unpacker.decompress(sent, largest + 1 - len(found))
        except zlib.error:
            raise BadBodyError("gzip", "The body is not gzip.") from None
        if len(found) > largest:
            raise _too_large(largest)
        if not unpacker.eof:
            raise BadBodyError("gzip", "The gzip body ends too early.")
        sent = unpacker.unused_data
    return bytes(found)


def one_message(body: bytes, call: str) -> Call:
    """Return the message of a call other than batch; its type is the call's.

    Raises BadBodyError.
    """
    message = _object(body)
    return Call([message | {"type": call}], frozenset(), text(message.get("writeKey")))


def batch(body: bytes) -> Call:
    """Return the messages of a batch, each with what the batch says for all of them.

    Messages that are no objects stay as they are, for `segment.read` to refuse one by one.
    Raises BadBodyError.
    """
    whole = _object(body)
    messages = whole.get("batch")
    if not isinstance(messages, list):
        raise BadBodyError("batch", "A batch is an object with a list named batch.")
    if len(messages) > MOST_MESSAGES:
        raise BadBodyError("batch_length", f"A batch holds at most {MOST_MESSAGES:,} messages.")
    too_large = frozenset[int]()
    if len(body) > LARGEST_CALL:
        too_large = frozenset(place for place, one in enumerate(messages) if _is_too_large(one))
    key = text(whole.get("writeKey")) or next(
        (text(mapping(one).get("writeKey")) for one in messages), ""
    )
    return Call([_merged(whole, one) for one in messages], too_large, key)


def _pieces(stream: Stream, largest: int) -> Any:
    """Yield the body as sent. Raises BadBodyError once it is too large."""
    size = 0
    while piece := stream.read(min(_PIECE, largest + 1 - size)):
        size += len(piece)
        if size > largest:
            raise _too_large(largest)
        yield piece


def _is_too_large(message: Any) -> bool:
    try:
        return len(json.dumps(message, ensure_ascii=False)) > LARGEST_CALL
    except RecursionError:
        return True


def _too_large(largest: int) -> BadBodyError:
    return BadBodyError("too_large", f"The body is larger than {largest // 1024} KB.")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body, parse_constant=lambda _name: None, parse_int=_whole)
    except (ValueError, RecursionError):
        raise BadBodyError("json", "The body is not JSON, or nested too deeply.") from None
    if not isinstance(found, dict):
        raise BadBodyError("json", "The body is not a JSON object.")
    return found


def _whole(digits: str) -> int | None:
    """Return a whole number; none of ours is so long that Python would refuse to read it."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _merged(whole: dict[str, Any], message: Any) -> Any:
    """Return a message with the batch's context, integrations and sentAt where it has no own."""
    if not isinstance(message, dict):
        return message
    shared: dict[str, Any] = {}
    for name in ("context", "integrations"):
        if isinstance(whole.get(name), dict):
            shared[name] = whole[name] | mapping(message.get(name))
    if message.get("sentAt") is None and whole.get("sentAt") is not None:
        shared["sentAt"] = whole["sentAt"]
    return message | shared if shared else message
