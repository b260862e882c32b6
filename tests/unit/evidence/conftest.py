from pathlib import Path

import pytest

from tests.trial_files import rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text(rows())
    return path
