"""A program of its own: writes the first sheet of an XLSX workbook as CSV to standard output.

It runs apart from whoever asks, with bounded memory and time, since a small workbook can hide a
sheet of any size. Arguments: the path, most bytes of memory, most seconds of CPU. Ends with 0, or
with one of the numbers below.
"""

import csv
import datetime as dt
import resource
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

DAMAGED, LOCKED, EMPTY, TOO_LARGE = 10, 11, 12, 13
_DIGITS = 15
"""What Excel keeps of a number; further ones are noise of its binary form."""


def main(path: str, memory: int, seconds: int) -> int:
    """Write the sheet; return how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine as calamine  # noqa: PLC0415  within the bounds

    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet
                and sheet.visible == calamine.SheetVisibleEnum.Visible
            ]
            if not names:
                return EMPTY
            rows = book.get_sheet_by_name(names[0]).iter_rows()
            return _write(rows)
    except calamine.PasswordError:
        return LOCKED
    except MemoryError:
        return TOO_LARGE
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError, ValueError):
        return DAMAGED


def _write(rows: Iterable[list[Any]]) -> int:
    """Write the rows from the first that holds anything; empty ones stay, so that rows count."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    begun = False
    for row in rows:
        cells = [_text(cell) for cell in row]
        begun = begun or any(cells)
        if begun:
            out.writerow(cells)
    return 0 if begun else EMPTY


def _text(cell: Any) -> str:
    """Return a cell as text: ISO moments and days, plain decimals, true and false."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.{_DIGITS}g}'):f}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell).replace("\0", "")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # there is one
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
