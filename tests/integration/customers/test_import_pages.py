from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from customers.intake.rejected import ErrorFile, Rejected
from customers.models import Import, Source, Work
from strategy.models import Person, Role
from tests.factories.customers import ImportFactory, SourceFactory
from tests.factories.strategy import person

pytestmark = pytest.mark.django_db

LIST = "/customers/imports/"
EVENTS = "external_id,event,at\nC1,order,2026-11-20 10:00\n"
MAPPING = (
    'kind = "events"\n[columns]\nexternal_id = "who"\nat = "day"\n[constants]\nevent = "order"\n'
)


def sign_in(client: Client, role: Role) -> Person:
    made = person(role)
    client.force_login(made, "allauth.account.auth_backends.AuthenticationBackend")
    return made


@pytest.fixture
def analyst(client: Client) -> Person:
    """Return the analyst as whom `client` is signed in."""
    return sign_in(client, Role.ANALYST)


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Source:
    """Return a source whose files are kept in a folder of the test's own."""
    settings.IMPORT_FOLDER = tmp_path / "imports"
    return SourceFactory.create(name="Web shop")


def uploaded(text: str, name: str = "orders.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def refused(path: Path, count: int) -> Import:
    """Make an import of which some rows could not be read."""
    with ErrorFile(path) as errors:
        errors.write(
            Rejected(row, "total", f"=bad{row}", "an amount") for row in range(1, count + 1)
        )
    return ImportFactory.create(
        read_count=count + 10, rejected_count=count, errors_path=str(errors.path)
    )


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    files = ImportFactory.create_batch(count)

    # session, person, memberships, signing; rows, their number, the last import; sources, if any,
    # and their age
    with django_assert_num_queries(11):
        page = client.get(LIST).text

    assert all(file.file_name in page for file in files)


@pytest.mark.usefixtures("analyst")
def test_the_list_answers_first_and_shows_the_newest_first(client: Client) -> None:
    ImportFactory.create(file_name="older.csv")
    ImportFactory.create(
        file_name="newer.csv",
        read_count=40_212,
        accepted_count=40_120,
        changed_count=40_120,
        rejected_count=92,
    )

    page = client.get(LIST).text

    assert "The last import took 40,120 of 40,212 rows; 92 could not be read." in page
    assert page.index("newer.csv") < page.index("older.csv")
    assert "Partly done" in page


@pytest.mark.usefixtures("analyst")
def test_a_failed_import_is_the_first_thing_said(client: Client) -> None:
    ImportFactory.create()
    ImportFactory.create(file_name="broken.csv", waiting=True, work__failed=True)

    assert "The last import failed: nothing of broken.csv was taken." in client.get(LIST).text


@pytest.mark.usefixtures("analyst")
def test_fifty_stand_on_a_page(client: Client) -> None:
    ImportFactory.create_batch(51, file_name="file.csv")

    assert client.get(LIST).text.count("file.csv") == 50
    assert client.get(f"{LIST}?page=2").text.count("file.csv") == 1


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
def test_without_imports_and_sources_the_page_says_how_to_begin(client: Client, role: Role) -> None:
    sign_in(client, role)

    page = client.get(LIST).text

    assert "Nothing has been imported yet." in page
    assert "There is no source yet." in page
    assert "/customers/sources/new/" in page


def test_an_executive_reads_the_list_without_a_form(client: Client, source: Source) -> None:
    sign_in(client, Role.EXECUTIVE)

    assert "Import a file" not in client.get(LIST).text
    answer = client.post(LIST, {"source": source.pk, "file": uploaded(EVENTS)})
    assert answer.status_code == 403
    assert "Only analysts and admins may import files." in answer.text
    assert not Import.objects.exists()


@pytest.mark.parametrize("address", ["", "{pk}/", "{pk}/errors.csv"])
def test_an_associate_sees_no_imports(client: Client, tmp_path: Path, address: str) -> None:
    file_import = refused(tmp_path / "errors.csv", 1)
    sign_in(client, Role.ASSOCIATE)

    assert client.get(LIST + address.format(pk=file_import.pk)).status_code == 403


def test_a_file_is_handed_in_for_the_person_who_sends_it(
    client: Client, analyst: Person, source: Source
) -> None:
    answer = client.post(LIST, {"source": source.pk, "file": uploaded(EVENTS)})

    file_import = Import.objects.select_related("work").get()
    assert answer.headers["Location"] == f"{LIST}{file_import.pk}/"
    assert (file_import.file_name, file_import.kind) == ("orders.csv", "events")
    assert (file_import.work.state, file_import.work.created_by) == (Work.State.HELD, analyst)
    assert Path(file_import.path).read_text() == EVENTS


@pytest.mark.usefixtures("analyst")
def test_a_mapping_says_how_to_read_the_file(client: Client, source: Source) -> None:
    file, mapping = uploaded("who,day\nC1,2026-11-20\n"), uploaded(MAPPING, "mapping.toml")

    answer = client.post(LIST, {"source": source.pk, "file": file, "mapping": mapping}, follow=True)

    assert Import.objects.get().mapping["columns"] == {"external_id": ["who"], "at": ["day"]}
    assert "“order” in every row" in answer.text


@pytest.mark.usefixtures("analyst")
def test_how_the_file_is_written_is_found_out_and_shown(client: Client, source: Source) -> None:
    text = "external_id;event;at;amount\nC1;order;2026-11-20;12,50 €\nC1;order;2026-11-21;3,5\n"
    file = SimpleUploadedFile("orders.csv", text.encode("cp1252"))

    page = client.post(LIST, {"source": source.pk, "file": file}, follow=True).text

    assert "CSV, cells parted by “;”, in Windows-1252" in page
    assert "The decimal mark is “,”." in page


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize(
    ("file", "mapping", "field", "sentence"),
    [
        ("", None, "file", "orders.csv is empty"),
        (EVENTS, "kind = ", "mapping", "The mapping is not TOML"),
        (
            EVENTS,
            MAPPING,
            "mapping",
            "names the column &#x27;who&#x27;, which the file does not have",
        ),
        (EVENTS, "x" * 300_000, "mapping", "This is too long for a mapping."),
        (None, None, "file", "Choose the file."),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_the_source_stays_chosen(  # noqa: PLR0917  a case each
    client: Client,
    source: Source,
    file: str | None,
    mapping: str | None,
    field: str,
    sentence: str,
) -> None:
    sent = {
        "source": source.pk,
        **({} if file is None else {"file": uploaded(file)}),
        **({} if mapping is None else {"mapping": uploaded(mapping, "mapping.toml")}),
    }

    answer = client.post(LIST, sent)

    assert answer.status_code == 422
    errors = answer.text.partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]
    assert sentence in errors
    assert f'<option value="{source.pk}" selected>' in answer.text
    assert not Import.objects.exists()


@pytest.mark.usefixtures("analyst")
def test_a_mapping_that_is_no_text_is_refused(client: Client, source: Source) -> None:
    mapping = SimpleUploadedFile("mapping.toml", b"kind = \xff")

    answer = client.post(LIST, {"source": source.pk, "file": uploaded(EVENTS), "mapping": mapping})

    assert "The mapping is not text in UTF-8." in answer.text


@pytest.mark.usefixtures("analyst")
def test_a_file_that_is_too_large_is_given_up_on(
    client: Client, source: Source, settings: Settings
) -> None:
    settings.IMPORT_MAX_BYTES = 100_000

    answer = client.post(LIST, {"source": source.pk, "file": uploaded("x" * 100_001)})

    assert answer.status_code == 422
    assert "The file is larger than 97.7\xa0KB. Send it in parts." in answer.text
    assert f'<option value="{source.pk}" selected>' in answer.text


def test_a_file_without_the_form_s_token_is_refused(source: Source) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, Role.ANALYST)

    answer = strict.post(LIST, {"source": source.pk, "file": uploaded(EVENTS)})

    assert answer.status_code == 403
    assert not Import.objects.exists()


@pytest.mark.usefixtures("analyst")
def test_one_import_costs_one_query_beside_the_frame(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    file_import = ImportFactory.create()

    with django_assert_num_queries(6):
        assert client.get(f"{LIST}{file_import.pk}/").status_code == 200


@pytest.mark.usefixtures("analyst")
def test_a_running_import_asks_again_until_it_is_over(client: Client) -> None:
    file_import = ImportFactory.create(
        waiting=True, work__running=True, work__done_count=41_000, work__step="Reading the rows"
    )
    address = f"{LIST}{file_import.pk}/"

    running = client.get(address, headers={"HX-Request": "true"}).text

    assert running.lstrip().startswith('<div id="outcome"')
    assert f'hx-get="{address}"' in running
    assert "Reading the rows." in running
    assert "41,000 rows read, " in running
    assert "<progress" in running

    Work.objects.update(state=Work.State.FAILED, lease_until=None, ended_at="2026-11-23T07:40Z")
    over = client.get(address, headers={"HX-Request": "true"}).text

    assert "hx-get" not in over
    assert "<progress" not in over


@pytest.mark.usefixtures("analyst")
def test_a_waiting_import_says_so(client: Client) -> None:
    file_import = ImportFactory.create(waiting=True)

    page = client.get(f"{LIST}{file_import.pk}/").text

    assert "Waiting for a worker to take it." in page
    assert "Not begun yet" in page


@pytest.mark.usefixtures("analyst")
def test_a_failed_import_says_why_and_what_to_do(client: Client) -> None:
    file_import = ImportFactory.create(
        waiting=True, work__failed=True, work__error="orders.csv has a NUL byte in line 3."
    )

    page = client.get(f"{LIST}{file_import.pk}/").text

    assert "This import failed." in page
    assert "orders.csv has a NUL byte in line 3." in page
    assert "Nothing of it was taken." in page


@pytest.mark.usefixtures("analyst")
def test_a_file_that_brought_nothing_new_says_so(client: Client) -> None:
    file_import = ImportFactory.create(changed_count=0, unchanged_count=10)

    assert "nothing changed" in client.get(f"{LIST}{file_import.pk}/").text


@pytest.mark.usefixtures("analyst")
def test_the_first_rows_that_could_not_be_read_are_shown(client: Client, tmp_path: Path) -> None:
    file_import = refused(tmp_path / "errors.csv", 21)

    page = client.get(f"{LIST}{file_import.pk}/").text

    assert "This import took 10 of 31 rows; 21 could not be read." in page
    assert "The first 20 of 21." in page
    assert "bad20" not in page
    assert "=bad21" not in page


@pytest.mark.usefixtures("analyst")
def test_the_error_file_is_sent_as_a_file(client: Client, tmp_path: Path) -> None:
    file_import = refused(tmp_path / "errors.csv", 1)

    answer = client.get(f"{LIST}{file_import.pk}/errors.csv")

    assert isinstance(answer, FileResponse)
    assert answer.getvalue() == (tmp_path / "errors.csv").read_bytes()
    name = f'attachment; filename="import-{file_import.pk}-errors.csv"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("analyst")
def test_no_error_file_is_not_found(client: Client, tmp_path: Path) -> None:
    whole, gone = ImportFactory.create(), refused(tmp_path / "errors.csv", 1)
    (tmp_path / "errors.csv").unlink()

    assert client.get(f"{LIST}{whole.pk}/errors.csv").status_code == 404
    assert client.get(f"{LIST}{gone.pk}/errors.csv").status_code == 404
    assert "The error file is no longer kept." in client.get(f"{LIST}{gone.pk}/").text
    assert client.get(f"{LIST}999999/").status_code == 404


def test_who_may_not_import_sees_counts_and_no_rows(client: Client, tmp_path: Path) -> None:
    file_import = refused(tmp_path / "errors.csv", 3)
    sign_in(client, Role.EXECUTIVE)

    page = client.get(f"{LIST}{file_import.pk}/").text

    assert "3 could not be read" in page
    assert "=bad" not in page
    assert "errors.csv" not in page
    assert client.get(f"{LIST}{file_import.pk}/errors.csv").status_code == 403
