r"""The bytes of a text file: decompressed, bounded, and made valid UTF-8.

A byte that is not UTF-8 is carried on as two Unicode noncharacters (U+FDD0 to U+FDDF, one for
each half of the byte), which no real text holds. So the readers see valid text throughout, and
only the cell with the broken byte is refused, with the byte shown as `\xff`.
"""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

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


def open_bytes(path: Path, *, gz: bool) -> IO[bytes]:
    """Open the file for reading, decompressed where it is gzip."""
    return gzip.open(path, "rb") if gz else path.open("rb")  # type: ignore[return-value]


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


class TextStream:
    """Valid UTF-8 bytes of a text file, without a byte order mark.

    `broken` turns true once a byte that is not UTF-8 has been seen. Raises UnreadableFile when
    gzip data are damaged.
    """

    def __init__(self, path: Path, *, gz: bool) -> None:
        self._name = path.name
        self._file = open_bytes(path, gz=gz)
        self._ready = b""
        self._undecoded = b""
        self._ended = False
        self.broken = False
        self._tail = b""
        self.closed = False
        if self.peek(3).startswith(codecs.BOM_UTF8):
            self._ready = self._ready[3:]

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
        data = self._undecoded + raw
        try:
            _, used = codecs.utf_8_decode(data, "strict", not raw)
            clean = data[:used]
        except UnicodeDecodeError:
            self.broken = True
            text, used = codecs.utf_8_decode(data, "hymnsheet.mark", not raw)
            clean = text.encode()
        self._undecoded = data[used:]
        if not raw:
            self._ended = True
            clean += self._tail
        return clean

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
