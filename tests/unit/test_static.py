import re
from pathlib import Path

import pytest

from config.static import PACKAGE, SCRIPT, injected_rules, make_sheet


def test_the_rules_that_plotly_injects_become_a_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "made" / "plotly.css"

    make_sheet(PACKAGE / SCRIPT, sheet)

    rules = sheet.read_text().splitlines()
    assert len(rules) > 40
    assert ".js-plotly-plot .plotly .main-svg .draglayer { pointer-events:all; }" in rules
    assert not [rule for rule in rules if rule.startswith(("X", "Y"))]


def test_every_style_that_plotly_injects_finds_its_id_taken() -> None:
    script, frame = (PACKAGE / SCRIPT).read_text(), Path("templates/base.html").read_text()

    guarded = re.findall(
        r'if\(!document\.getElementById\("(\w+)"\)\)\{var \w=document\.createElement\("style"\)',
        script,
    )

    assert script.count('createElement("style")') == len(guarded) + 1
    for name in [*guarded, "plotly.js-style-global"]:
        assert f'id="{name}"' in frame


def test_another_plotly_is_noticed() -> None:
    with pytest.raises(ValueError, match="no longer keeps"):
        injected_rules("(()=>{})()")
