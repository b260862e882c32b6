"""The generated sources: repeatable, importable, with the hazards that were asked for."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from pyarrow import csv

from config.retail import population
from config.retail.hazards import Rates, mistyped, rates
from config.retail.sources import SOURCES, Written, write
from customers.identity.score import score
from customers.identity.solve import solve
from customers.intake.columns import apply
from customers.intake.fields import RECORDS
from customers.intake.files import examine, open_batches
from customers.intake.mapping import parse
from tests.factories.linking import open_retail

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HARMLESS = Rates(*(0.0 for _ in Rates._fields))


def made(folder: Path, *, people: int = 400, seed: int = 7, chosen: Rates = HARMLESS) -> Written:
    rng = np.random.default_rng(seed)
    drawn = population.draw(rng, people, chosen)
    return write(folder, people=drawn, rates=chosen, rng=rng)


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    one, other = (made(tmp_path / name, chosen=Rates()) for name in ("one", "other"))

    for key, path in one.files.items():
        assert path.read_bytes() == other.files[key].read_bytes()
    assert one.truth.read_bytes() == other.truth.read_bytes()


def test_truth_names_every_record_and_every_person(tmp_path: Path) -> None:
    written = made(tmp_path)
    truth = csv.read_csv(written.truth)
    rows = {
        (key, external_id)
        for key, path in written.files.items()
        for external_id in csv.read_csv(path)["id"].to_pylist()
    }

    named = zip(truth["source"].to_pylist(), truth["external_id"].to_pylist(), strict=True)
    assert set(named) == rows
    assert len(rows) == written.records == len(truth)
    assert set(truth["person"].to_pylist()) == set(range(400))


@pytest.mark.parametrize("source", [source.key for source in SOURCES])
def test_the_import_takes_every_row_by_the_mapping_beside_it(tmp_path: Path, source: str) -> None:
    written = made(tmp_path, chosen=Rates(typing=0.0))
    mapping = parse((tmp_path / f"{source}.toml").read_text("utf-8"), {"records": RECORDS})
    file = written.files[source]

    checked = [
        apply(mapping, RECORDS, batch, file_sha256="", now=NOW)
        for batch in open_batches(examine(file))
    ]

    assert sum(len(batch.rejected) for batch in checked) == 0
    assert sum(len(batch.rows) for batch in checked) == len(csv.read_csv(file))
    assert mapping.ignored(csv.read_csv(file).column_names) == []


def test_without_hazards_nobody_is_joined_wrongly(tmp_path: Path) -> None:
    made(tmp_path)
    retail = open_retail(tmp_path)

    assert score(solve(retail.graph).founder, retail.truth).precision == 1


@pytest.mark.parametrize("hazard", Rates._fields)
def test_each_hazard_alone_is_withstood(tmp_path: Path, hazard: str) -> None:
    made(tmp_path, people=800, chosen=HARMLESS._replace(**{hazard: 0.1}))
    retail = open_retail(tmp_path)
    found = score(solve(retail.graph).founder, retail.truth)

    assert found.precision >= 0.98
    assert found.largest <= 12


def test_the_confirmed_tier_reaches_its_figures(tmp_path: Path) -> None:
    made(tmp_path, people=6_000, chosen=Rates())
    retail = open_retail(tmp_path)
    found = score(solve(retail.graph).founder, retail.truth)

    assert found.precision >= 0.995
    assert found.recall >= 0.77
    assert found.largest <= 12


def test_a_typing_error_changes_one_place() -> None:
    texts = np.array(["margaret", "", "07123 456789"] * 50, object)
    typed = mistyped(texts, 1.0, np.random.default_rng(1))

    assert set(typed[1::3]) == {""}
    assert all(abs(len(a) - len(b)) <= 1 for a, b in zip(texts, typed, strict=True))
    assert np.mean(typed[::3] != texts[::3]) > 0.8


def test_rates_are_said_by_name() -> None:
    assert rates(["twins=0.5", "moved=0"]) == Rates(twins=0.5, moved=0.0)


@pytest.mark.parametrize("change", ["floods=0.1", "twins", "twins=2", "twins=often", "twins=nan"])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, change: str) -> None:
    with pytest.raises(CommandError, match=r"hazard|rate"):
        call_command("retail_sources", tmp_path, rate=[change])


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    said = StringIO()
    call_command("retail_sources", tmp_path / "new", people=50, seed=3, stdout=said)

    assert "records of 50 people" in said.getvalue()
    assert len(list((tmp_path / "new").glob("*.toml"))) == len(SOURCES)
