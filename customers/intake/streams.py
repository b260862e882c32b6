r"""The bytes of a text file: decompressed, bounded, and made valid UTF-8.

A byte that is not in the file's encoding is carried on as two Unicode noncharacters (U+FDD0 to
U+FDDF, one for each half of the byte), which no real text holds. So the readers see valid text
throughout, and only the cell with the broken byte is refused, with the byte shown as `\xff`.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

CHUNK = 1 << 20
_FIRST_MARK = 0xFDD0
_MARKS = re.compile("([\ufdd0-\ufddf])([\ufdd0-\ufddf])")
MARK_PATTERN = "[\ufdd0-\ufddf]"


class UnreadableFile(Exception):  # noqa: N818 - read in `except` as what it is
    """The file cannot be read at all; one sentence names it and says what to do."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    halves = (half for byte in broken for half in (byte >> 4, byte & 15))
    return "".join(chr(_FIRST_MARK + half) for half in halves), error.end


codecs.register_error("hymnsheet.mark", _mark)


def marked(data: bytes) -> str:
    """Decode UTF-8, with broken bytes as marks."""
    return data.decode("utf-8", "hymnsheet.mark")


def unmarked(text: str) -> str:
    r"""Show marks as the bytes they stand for.

    >>> unmarked(marked(b"caf\xe9"))
    'caf\\xe9'
    """
    return _MARKS.sub(
        lambda pair: f"\\x{ord(pair[1]) - _FIRST_MARK:x}{ord(pair[2]) - _FIRST_MARK:x}", text
    )


def broken_bytes(text: str) -> bytes:
    r"""Return the bytes that the marks in a text stand for.

    >>> broken_bytes(marked(b"caf\xe9"))
    b'\xe9'
    """
    return bytes(
        (ord(high) - _FIRST_MARK << 4) | (ord(low) - _FIRST_MARK)
        for high, low in _MARKS.findall(text)
    )


def open_bytes(path: Path, *, gz: bool) -> IO[bytes]:
    """Open the file for reading, decompressed where it is gzip."""
    return gzip.open(path, "rb") if gz else path.open("rb")  # type: ignore[return-value]  # both are binary streams


def read_chunk(read: Callable[[int], bytes], name: str, size: int = CHUNK) -> bytes:
    """Read up to `size` bytes; a damaged or shortened gzip file raises UnreadableFile."""
    try:
        return read(size)
    except EOFError:
        raise UnreadableFile(
            f"{name} is cut short: its gzip data end in the middle; copy or export it again."
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        raise UnreadableFile(
            f"{name} is damaged: its gzip data cannot be unpacked; copy or export it again."
        ) from None
    except OSError as error:
        raise UnreadableFile(
            f"{name} could not be read to its end ({error.strerror}); check the disk and try again."
        ) from None


class Bytes(Protocol):
    """What a text is read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""

    def close(self) -> None:
        """Let go of it."""


class TextStream:
    """Valid UTF-8 bytes of a text in any encoding, without a byte order mark.

    `broken` turns true once a byte has been seen that is not in the `encoding`. Raises
    UnreadableFile when gzip data are damaged.
    """

    def __init__(self, file: Bytes, name: str, encoding: str = "UTF-8") -> None:
        self._name = name
        self._file = file
        self.encoding = encoding
        self._decoder = None
        if encoding != "UTF-8":
            self._decoder = codecs.getincrementaldecoder(encoding)("hymnsheet.mark")
        self._ready = b""
        self._undecoded = b""
        self._ended = False
        self.broken = False
        self._tail = b""
        self._begun = False
        self.closed = False

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes (fewer at the end) and leave them to be read."""
        parts, length = [self._ready], len(self._ready)
        while length < size and not self._ended:
            parts.append(self._next())
            length += len(parts[-1])
        self._ready = b"".join(parts)
        return self._ready[:size]

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        data = self.peek(size)
        self._ready = self._ready[len(data) :]
        return data

    def append(self, tail: bytes) -> None:
        """Let these bytes follow the file's own."""
        if self._ended:
            self._ready += tail
        else:
            self._tail = tail

    def _next(self) -> bytes:
        raw = read_chunk(self._file.read, self._name)
        clean = self._utf8(raw) if self._decoder is None else self._recoded(self._decoder, raw)
        if not self._begun:
            clean = clean.removeprefix(codecs.BOM_UTF8)
            self._begun = True
        if not raw:
            self._ended = True
            clean += self._tail
        return clean

    def _utf8(self, raw: bytes) -> bytes:
        data = self._undecoded + raw
        try:
            _, used = codecs.utf_8_decode(data, "strict", not raw)
            clean = data[:used]
        except UnicodeDecodeError:
            self.broken = True
            text, used = codecs.utf_8_decode(data, "hymnsheet.mark", not raw)
            clean = text.encode()
        self._undecoded = data[used:]
        return clean

    def _recoded(self, decoder: codecs.IncrementalDecoder, raw: bytes) -> bytes:
        text = decoder.decode(raw, not raw)
        self.broken = self.broken or _MARKS.search(text) is not None
        return text.encode()

    def close(self) -> None:
        """Close the file underneath."""
        self._file.close()
        self.closed = True

    def readable(self) -> bool:
        """Say that it can be read; pyarrow asks."""
        return True


def read_line(file: IO[bytes], name: str, longest: int) -> bytes:
    """Read one line; of a longer one `longest` + 1 bytes are kept and the rest is passed over."""
    line = read_chunk(file.readline, name, longest + 1)
    if len(line) > longest:
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = read_chunk(file.readline, name, CHUNK)
    return line
