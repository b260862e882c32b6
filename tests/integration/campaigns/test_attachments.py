"""Files beside comments: what is taken, how it is handed out, what is swept."""

import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaigns.actions import attachments, talk
from campaigns.actions.attachments import (
    MOST_BYTES,
    AttachmentRefusedError,
    Given,
    path_of,
    type_of,
)
from campaigns.models import Attachment, Comment, Initiative
from strategy.models import Person, Role
from tests.factories.campaigns import DepartmentFactory, InitiativeFactory
from tests.factories.strategy import PersonFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_broker")]


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.ATTACHMENT_FOLDER = tmp_path / "attachments"
    return tmp_path / "attachments"


@pytest.fixture
def initiative(folder: Path) -> Initiative:
    assert not folder.exists()
    return InitiativeFactory.create()


@pytest.fixture
def mei() -> Person:
    return person(Role.MEMBER, DepartmentFactory.create(key="service"), name="Mei Tan")


def given(content: bytes, name: str = "note.txt") -> Given:
    return Given(name, len(content), BytesIO(content))


def archive(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), "")  # of no moment: the bytes name a test
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"week;contacts\n1;2\n", "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
        (archive("word/document.xml", "word/vbaProject.bin"), None),
        (archive("run.exe"), None),
        (b"PK no archive", None),
        (b"\x7fELF\x02", None),
        (b"", None),
    ],
)
def test_the_type_is_what_the_content_shows(content: bytes, media_type: str | None) -> None:
    assert type_of(content) == media_type


def test_a_workbook_is_known_by_its_parts() -> None:
    assert str(type_of(archive("xl/workbook.xml"))).endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([given(b"MZ\x90\x00", "run.pdf")], "“run.pdf” is not taken. Attach PDF"),
        ([Given("big.txt", MOST_BYTES + 1, BytesIO())], "“big.txt” is larger than 10 MB"),
        ([given(b"a")] * 6, "Attach 5 files at most"),
    ],
)
def test_a_refused_file_refuses_the_comment(
    initiative: Initiative, mei: Person, files: list[Given], reason: str
) -> None:
    with pytest.raises(AttachmentRefusedError, match=reason):
        talk.comment(initiative=initiative, text="See.", by=mei, at=timezone.now(), files=files)

    assert not Comment.objects.exists()


@pytest.fixture
def handed_out(client: Client, initiative: Initiative, mei: Person) -> Iterator[FileResponse]:
    client.force_login(mei)
    said = {
        "text": "See the table.",
        "attached": SimpleUploadedFile("../week 1.csv", b"<b>1</b>", "text/html"),
    }
    client.post(reverse("initiative_comment", args=[initiative.pk]), said)
    response = client.get(reverse("attachment", args=[Attachment.objects.get().pk]))
    assert isinstance(response, FileResponse)
    yield response
    response.close()


def test_a_file_is_handed_out_to_be_saved(handed_out: FileResponse) -> None:
    assert handed_out.getvalue() == b"<b>1</b>"
    assert handed_out["Content-Disposition"] == 'attachment; filename="week 1.csv"'
    assert handed_out["Content-Type"] == "text/plain"
    assert handed_out["X-Content-Type-Options"] == "nosniff"


def test_nobody_else_on_the_machine_reads_it(handed_out: FileResponse, folder: Path) -> None:
    assert handed_out.status_code == 200
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_it_stands_beside_its_comment(
    handed_out: FileResponse, client: Client, initiative: Initiative
) -> None:
    assert handed_out.status_code == 200

    page = client.get(reverse("initiative", args=[initiative.pk])).content.decode()

    assert "week 1.csv" in page
    assert "8\xa0bytes" in page


def test_who_has_no_role_here_opens_none(handed_out: FileResponse, client: Client) -> None:
    assert handed_out.status_code == 200
    client.force_login(PersonFactory.create())

    address = reverse("attachment", args=[Attachment.objects.get().pk])

    assert client.get(address).status_code == 403


def test_files_that_no_comment_has_are_swept(
    initiative: Initiative, mei: Person, folder: Path
) -> None:
    now = timezone.now()
    comments = [
        talk.comment(
            initiative=initiative, text="See.", by=mei, at=now, files=[given(b"a"), given(b"b")]
        )
        for _ in range(2)
    ]
    kept = {path_of(each.file) for each in comments[0].attachments.all()}
    comments[1].delete()
    (folder / "read me").touch()

    assert attachments.tidy(at=now) == 0
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert attachments.tidy(at=now + timedelta(hours=2)) == 2

    assert set(folder.iterdir()) == kept | {folder / "read me"}


def test_a_file_that_is_lost_is_not_found(
    client: Client, initiative: Initiative, mei: Person
) -> None:
    comment = talk.comment(
        initiative=initiative, text="See.", by=mei, at=timezone.now(), files=[given(b"a")]
    )
    found = comment.attachments.get()
    path_of(found.file).unlink()
    client.force_login(mei)

    assert client.get(reverse("attachment", args=[found.pk])).status_code == 404
