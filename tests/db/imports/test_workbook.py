"""No cell that leaves is a formula; no sheet lies in the clear where it was made."""

import tempfile
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from db.imports.cells import clean, guard
from db.imports.workbook import make_workbook

STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\x00=", "\x1b@"]


@pytest.mark.parametrize("start", STARTS)
def test_no_text_is_taken_for_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"
    guarded = guard(text)
    assert guarded.startswith("'")
    assert guard(guarded) == guarded
    assert clean(guarded) == clean(text.lstrip("\x00\x1b"))
    book = load_workbook(BytesIO(make_workbook({"表": [[text, 7]]})))
    assert book["表"]["A1"].data_type == "s"
    assert book["表"]["A1"].value.startswith("'")
    assert book["表"]["B1"].value == 7


def test_what_is_no_formula_stays():
    for cell in ("路灯", "1+1", "a=b", "'引号", 5, None, 1.5):
        assert guard(cell) == cell


def test_a_mark_stands_on_every_page():
    made = make_workbook({"一": [["甲"]], "二": [["乙"]]}, mark="R&D 周岚 2026-11-23", widths=[3])
    book = load_workbook(BytesIO(made))
    assert {sheet.oddFooter.left.text for sheet in book} == {"R&&D 周岚 2026-11-23"}


def test_it_is_made_in_memory(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a file in the temp folder")

    for name in ("NamedTemporaryFile", "mkstemp", "mkdtemp", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.NamedTemporaryFile", refuse)
    content = make_workbook({"表": [["路灯"]] * 2_000})
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None
    assert load_workbook(BytesIO(make_workbook({}))).sheetnames
