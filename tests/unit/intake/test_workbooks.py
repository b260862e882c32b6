"""XLSX, sound and hostile."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from customers.intake import workbooks
from customers.intake.files import examine
from customers.intake.streams import UnreadableFile

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    '<sheet name="Hidden" sheetId="2" state="hidden" r:id="rId2"/>'
    '<sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
)
_PACKAGE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def text(cell: str) -> str:
    return f'<c t="inlineStr"><is><t>{cell}</t></is></c>'


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


HEADER = row(text("event"), text("at"), text("amount"))


def workbook(*rows: str, before: str = "", book: str = _BOOK) -> bytes:
    """Return an XLSX file with these rows of XML on its second, first visible sheet."""
    sheet = f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{{}}</sheetData></worksheet>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _PACKAGE,
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": _RELS,
            "xl/styles.xml": _STYLES,
            "xl/worksheets/sheet1.xml": sheet.format("".join(rows)),
            "xl/worksheets/sheet2.xml": sheet.format(row(text("secret"))),
        }.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_the_first_visible_sheet_is_taken(take: Callable[..., Any]) -> None:
    taken = take(
        workbook(
            row(),
            HEADER,
            row(text("order"), '<c s="1"><v>46346.5</v></c>', "<c><v>0.30000000000000004</v></c>"),
            row(),
            row(text("order"), text("2026-11-20"), "<c><f>1+1</f><v>2</v></c>"),
            row(text("order"), text("2026-11-20"), "<c><v>1E-2</v></c>"),
        ),
        name="orders.xlsx",
    )

    assert taken.rejected == []
    assert taken.column("row") == [1, 3, 4]
    assert [str(amount) for amount in taken.column("amount")] == ["0.3000", "2.0000", "0.0100"]
    assert str(taken.column("at")[0]) == "2026-11-20 12:00:00+00:00"


def test_a_formula_is_no_more_than_the_text_it_gave(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    formula = '<c t="str"><f>HYPERLINK("http://a.example")</f><v>=cmd()</v></c>'

    found = read_all(put(workbook(row(text("id")), row(formula)), "a.xlsx"))

    assert found.rows == [{"id": "=cmd()"}]


def test_a_million_empty_rows_are_no_rows(
    read_all: Callable[..., Any], put: Callable[..., Path]
) -> None:
    empty = "<row></row>" * 1_000_000
    path = put(workbook(row(text("id")), row(text("1")), empty, row(text("2"))), "a.xlsx")

    found = read_all(path)

    assert found.numbers == [1, 1_000_002]


def test_entities_are_not_unfolded(read_all: Callable[..., Any], put: Callable[..., Path]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + place)} "{f"&{chr(97 + place)};" * 10}">' for place in range(9)
    )
    path = put(workbook(row(text("id")), row(text("&j;")), before=f"{bomb}]>"), "a.xlsx")

    with pytest.raises(UnreadableFile, match=r"a\.xlsx is damaged"):
        read_all(path)


def test_a_bomb_that_says_so_is_not_unpacked(put: Callable[..., Path]) -> None:
    path = put(workbook(row(text("id")), row(text("x" * 5_000_000))), "a.xlsx")

    with pytest.raises(UnreadableFile, match=r"^a\.xlsx holds 5,\d+,\d+ bytes when unpacked"):
        examine(path, largest=1_000_000)


def test_a_sheet_that_needs_more_than_is_allowed_is_refused(
    put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MEMORY", 150 << 20)
    path = put(workbook(row(text("id")), *[row(text("x" * 1_000))] * 200_000), "a.xlsx")

    with pytest.raises(UnreadableFile, match=r"^a\.xlsx holds more than is taken from a workbook"):
        examine(path)


def test_a_sheet_that_takes_too_long_is_refused(
    put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, read_all: Callable[..., Any]
) -> None:
    monkeypatch.setattr(workbooks, "SECONDS", 1)
    path = put(workbook(row(text("id")), *[row(text("x"))] * 2_000_000), "a.xlsx")

    with pytest.raises(UnreadableFile, match=r"^a\.xlsx holds more than is taken from a workbook"):
        read_all(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (workbook(row()), "a.xlsx has no visible sheet with anything in it; export it again."),
        (
            workbook(HEADER)[:-100],
            "a.xlsx is damaged: it is no whole XLSX workbook; save it again in Excel.",
        ),
        (
            workbook(HEADER, book="<workbook>"),
            "a.xlsx is damaged: it is no whole XLSX workbook; save it again in Excel.",
        ),
        (workbook(row(text("1"))), "a.xlsx has no header: its first line is '1'; "),
    ],
)
def test_an_unreadable_workbook_is_answered_with_one_sentence(
    put: Callable[..., Path], data: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        examine(put(data, "a.xlsx"))

    assert str(refused.value).startswith(sentence)


def test_another_zip_is_named(put: Callable[..., Path]) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("orders.csv", "id\n1\n")

    with pytest.raises(UnreadableFile, match="is a zip archive; unpack it and send the file in it"):
        examine(put(data.getvalue(), "a.zip"))
