"""`import SOURCE FILE` as somebody types it, and the files they name."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import CommandError, call_command

KEYS = [
    "import",
    "read",
    "accepted",
    "changed",
    "unchanged",
    "rejected",
    "dropped",
    "errors",
    "seconds",
]
MAPPING = """
kind = "events"
[columns]
external_id = "customer_id"
event_id = "id"
at = "order_date"
amount = "total"
event = "what"
[constants]
currency = "GBP"
[values.event]
"sale" = "order"
"test" = ""
[formats]
at = "%d/%m/%Y %H:%M"
zone = "Europe/London"
"""
HEADER = "id,customer_id,what,order_date,total\n"
SOUND = HEADER + "1,A,sale,05/11/2026 10:00,12.50\n2,B,sale,06/11/2026 11:30,8\n"


def imported(file: Path, *, source: str = "web-shop", mapping: str | None = MAPPING) -> Any:
    """Run the command as a shell would; return (exit code, its JSON, its sentence)."""
    options: list[Any] = [source, file, "--wait", "--json"]
    if mapping is not None:
        path = file.parent / "mapping.toml"
        path.write_text(mapping, encoding="utf-8")
        options += ["--mapping", path]
    out = StringIO()
    try:
        call_command("import", *options, stdout=out)
    except CommandError as error:
        assert out.getvalue() == ""
        return error.returncode, None, str(error)
    except SystemExit as end:
        return end.code, json.loads(out.getvalue()), ""
    return 0, json.loads(out.getvalue()), ""


def rows_of_every_table() -> dict[str, int]:
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }


def written(folder: Path, content: str | bytes, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def kept(folder: Path) -> list[Path]:
    """Return every file that is kept of what was handed in."""
    return [path for path in (folder / "imports").rglob("*") if path.is_file()]
