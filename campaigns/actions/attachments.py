"""Files beside comments: bounded, of types that their content shows, in a folder of their own."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

from django.conf import settings

from campaigns.actions.initiatives import RefusedError
from campaigns.models import Attachment, Comment
from strategy.language.characters import HIDDEN

MOST_FILES = 5
MOST_BYTES = 10 * 1024**2
LONGEST_NAME = 120
ON_ITS_WAY = timedelta(hours=1)
"""For so long a file may lie in the folder before its comment is committed."""

TYPES = "PDF, PNG, JPEG, text or CSV, Word, Excel or PowerPoint"
MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
OFFICE = {
    "word/document.xml": "wordprocessingml.document",
    "xl/workbook.xml": "spreadsheetml.sheet",
    "ppt/presentation.xml": "presentationml.presentation",
}
MACROS = "vbaProject.bin"


class Readable(Protocol):
    """What content is read from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most so many."""


class Given(NamedTuple):
    """A file that somebody hands in, from its beginning; `size` in bytes."""

    name: str
    size: int
    content: Readable


class AttachmentRefusedError(RefusedError):
    """A file that is not taken; the message says why and what to do."""


def attach(*, comment: Comment, files: Sequence[Given]) -> list[Attachment]:
    """Keep files beside a comment, at most five of 10 MiB each.

    A file that is kept and whose comment is not committed is swept (`tidy`).

    Raises:
        AttachmentRefusedError: a file is too large, one too many, or of another type.

    """
    if len(files) > MOST_FILES:
        raise AttachmentRefusedError(f"Attach {MOST_FILES} files at most.")
    return [_attached(comment, file) for file in files]


def _attached(comment: Comment, file: Given) -> Attachment:
    name = HIDDEN.sub("", Path(file.name).name)[-LONGEST_NAME:] or "file"
    if file.size > MOST_BYTES:
        raise AttachmentRefusedError(f"“{name}” is larger than {MOST_BYTES // 1024**2} MB.")
    content = file.content.read(MOST_BYTES + 1)
    media_type = type_of(content)
    if media_type is None:
        raise AttachmentRefusedError(f"“{name}” is not taken. Attach {TYPES}.")
    made = Attachment.objects.create(
        comment=comment, file=uuid4(), name=name, media_type=media_type, size=len(content)
    )
    path = path_of(made.file)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)
    return made


def path_of(file: UUID) -> Path:
    """Return where an attachment's content lies."""
    folder: Path = settings.ATTACHMENT_FOLDER
    return folder / str(file)


def type_of(content: bytes) -> str | None:
    r"""Return the media type that the content itself shows, or None for one that is not taken.

    >>> type_of(b"%PDF-1.7 ..."), type_of("Café".encode()), type_of(b"MZ\x90\x00")
    ('application/pdf', 'text/plain', None)
    """
    for magic, media_type in MAGIC.items():
        if content.startswith(magic):
            return media_type
    if content.startswith(b"PK"):
        return _office_type(content)
    with suppress(UnicodeDecodeError):
        if content and not HIDDEN.search(content.decode("utf-8-sig")):
            return "text/plain"
    return None


def _office_type(content: bytes) -> str | None:
    """Return the type of an Office file without macros, None for any other archive."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return None
    if any(name.endswith(MACROS) for name in names):
        return None
    found = [kind for part, kind in OFFICE.items() if part in names]
    return f"application/vnd.openxmlformats-officedocument.{found[0]}" if found else None


def tidy(*, at: datetime) -> int:
    """Delete files that no comment has any more, or never got; return how many."""
    paths = list(_older_than(at - ON_ITS_WAY))
    named = {path.name for path in paths}
    kept = {
        str(file)
        for file in Attachment.objects.filter(file__in=named).values_list("file", flat=True)
    }
    gone = [path for path in paths if path.name not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _older_than(moment: datetime) -> Iterator[Path]:
    """Return the files of the folder that are older; other files there are left alone."""
    for path in settings.ATTACHMENT_FOLDER.glob("*-*-*-*-*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < moment.timestamp():
                yield path
