"""Invented files: no row of them was ever anybody's."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook


class Files:
    """Makes files of orders in a folder of the test's own."""

    titles = ("工单编号", "标题", "主要内容", "受理时间", "来电人", "来电号码", "所属社区")
    id_number = "11010519491231002X"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def row(self, number="A001", **changes):
        values = {
            "工单编号": number,
            "标题": "枫桥路井盖松动",
            "主要内容": "枫桥路12号门前的井盖松动,车过有响声。",
            "受理时间": "2025-03-06 09:32:09",
            "来电人": "丁一",
            "来电号码": "138****1234",
            "所属社区": "枫桥社区",
        }
        return [*(values | changes).values()]

    def xlsx(self, *sheets, hidden=()):
        book = Workbook()
        for name, rows in sheets:
            sheet = book.create_sheet(name)
            for values in rows:
                sheet.append(values)
            if name in hidden:
                sheet.sheet_state = "hidden"
        del book["Sheet"]
        path = self.folder / "orders.xlsx"
        book.save(path)
        return path

    def csv(self, rows, encoding="utf-8-sig", delimiter=","):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows(rows)
        return self.raw(text.getvalue().encode(encoding))

    def raw(self, data: bytes, name="orders.csv"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    @staticmethod
    def at(text: str) -> int:
        return round(datetime.fromisoformat(text + "+08:00").timestamp() * 1000)


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)
