"""A test's file is judged on a page and by the API, as the command judges it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from customers.models import Work
from reports.actions import evaluations
from reports.actions.evaluations import forget_evaluations, judge_file
from reports.models import Evaluation
from strategy.models import Role
from tests.factories.reports import NOW, SignIn
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db
ROWS = [f"{'mail' if n % 2 else 'none'},{(n * 7 + n % 2 * 5) % 11},{n % 5}" for n in range(400)]
FILE = ("arm,spend,before\n" + "\n".join(ROWS)).encode()
CHOSEN = {"arm": "arm", "holdout": "none", "outcomes": ["spend"], "covariate": "before"}


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.IMPORT_FOLDER = tmp_path


@pytest.fixture
def analyst(sign_in: SignIn) -> Client:
    return sign_in(person(Role.ANALYST))


def sent(content: bytes = FILE) -> SimpleUploadedFile:
    return SimpleUploadedFile("test.csv", content)


def handed_in(client: Client) -> str:
    answer = client.post("/reports/evaluate/", {"file": sent()})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_small_file_is_judged_at_once(analyst: Client) -> None:
    place = handed_in(analyst)

    answer = analyst.post(place, CHOSEN, follow=True)

    made = Evaluation.objects.get()
    assert answer.status_code == 200
    assert (made.judgement["grade"], made.judgement["units"]) == ("C", {"spend": "per customer"})
    assert made.judgement["sentence"] in answer.content.decode()
    assert not Work.objects.filter(kind="evaluate").exists()


def test_page_and_api_split_a_test_by_segment(analyst: Client) -> None:
    rows = [f"{row},{'ab'[n // 2 % 2]}" for n, row in enumerate(ROWS)]
    content = ("arm,spend,before,region\n" + "\n".join(rows)).encode()
    said = CHOSEN | {"segment": "region"}
    place = analyst.post("/reports/evaluate/", {"file": sent(content)}).headers["Location"]

    page = analyst.post(place, said, follow=True).content.decode()
    told = analyst.post("/api/v1/evaluations", said | {"file": sent(content)}).json()

    (found,) = told["judgement"]["segments"]
    assert [row["name"] for row in found["found"]["rows"]] == ["a", "b"]
    assert found["found"]["sentence"] in page
    assert "100 treated, 100 held out" in page


def test_a_large_file_is_work_for_the_ledger(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluations, "AT_ONCE", 10)
    place = handed_in(analyst)
    waits = analyst.post(place, CHOSEN, follow=True)
    judge_file(**Work.objects.get(kind="evaluate").arguments)

    done = analyst.get(place)

    assert b"every 1500ms" in waits.content
    assert b"every 1500ms" not in done.content


def test_what_is_wrong_with_the_file_is_one_sentence(analyst: Client) -> None:
    place = handed_in(analyst)

    answer = analyst.post(place, CHOSEN | {"holdout": "nobody"}, follow=True)

    assert "No row has “nobody” in “arm”" in answer.content.decode()


def test_a_file_that_cannot_be_read_is_not_kept(analyst: Client, tmp_path: Path) -> None:
    answer = analyst.post("/reports/evaluate/", {"file": sent(b"%PDF-1.7")})

    assert answer.status_code == 422
    assert (Evaluation.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_nobody_else_on_the_machine_reads_it(analyst: Client, tmp_path: Path) -> None:
    handed_in(analyst)

    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_of_a_long_name_the_end_is_kept(analyst: Client, tmp_path: Path) -> None:
    """As many bytes as file systems take: letters may be several."""
    analyst.post("/reports/evaluate/", {"file": SimpleUploadedFile("試" * 110 + ".csv", FILE)})

    assert Evaluation.objects.get().file_name.endswith("試.csv")
    assert next(tmp_path.glob("*/test/*")).read_bytes() == FILE


def test_a_file_that_is_too_large_is_refused(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.forms.TestUpload.most", 10)
    answer = analyst.post("/reports/evaluate/", {"file": sent()})

    assert answer.status_code == 422
    assert "The file is larger than 200 MB." in answer.content.decode()


def test_nobody_else_sees_it(analyst: Client, sign_in: SignIn) -> None:
    place = handed_in(analyst)

    assert sign_in(person(Role.ANALYST)).get(place).status_code == 404


def test_nothing_is_kept_longer_than_a_day(analyst: Client) -> None:
    handed_in(analyst)
    assert forget_evaluations(at=NOW + timedelta(hours=23)) == 0

    assert forget_evaluations(at=NOW + timedelta(hours=25)) == 1
    assert not Evaluation.objects.exists()


def test_its_file_goes_with_it(analyst: Client, tmp_path: Path) -> None:
    handed_in(analyst)
    written = next(tmp_path.glob("*/test/*")).stat().st_mtime
    late = NOW.fromtimestamp(written, NOW.tzinfo) + timedelta(hours=25)
    forget_evaluations(at=late)

    assert list(tmp_path.iterdir()) == []


def test_the_api_judges_as_the_command_does(analyst: Client) -> None:
    said: dict[str, Any] = CHOSEN | {"file": sent()}
    answer = analyst.post("/api/v1/evaluations", said)
    told = answer.json()

    assert answer.status_code == 201
    assert [arm["n"] for arm in told["judgement"]["arms"]] == [200, 200]
    assert analyst.get(f"/api/v1/evaluations/{told['id']}").json() == told


def test_who_only_reads_may_not_have_files_judged(reader: Client) -> None:
    assert reader.get("/reports/evaluate/").status_code == 403
    assert reader.post("/api/v1/evaluations", CHOSEN | {"file": sent()}).status_code == 403
