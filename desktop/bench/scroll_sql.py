"""Qt's own way: QSqlQueryModel fetched to its end in a plain QTableView, on a plain file.

The same texts at the same size, five columns for the five texts of a queue row; no style sheet, so
that Qt is at its fastest. Nothing here may import the record's library.
"""

import os
import sys
from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QApplication, QTableView

from db.demo.month import DAY, Case, make_month
from db.demo.town import make_town
from desktop.bench.scroll_window import ROWS, due_in, serve_bursts
from desktop.i18n import SOURCE_NAMES, URGENCY_MARKS, URGENCY_NAMES, due_text
from desktop.theme import ui_font

ROW_HEIGHT = 50
"""That of a queue row in the same font."""
WIDTHS = (50, 230, 170, 80, 90)
_POOL_DAYS = 70
_MAKE = (
    "CREATE TABLE pool (n INTEGER PRIMARY KEY, urgency, title, meta, state)",
    "CREATE TABLE due (n INTEGER PRIMARY KEY, due)",
    "CREATE TABLE line (urgency, title, meta, due, state)",
)
_FILL = """
WITH RECURSIVE series (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i < {last})
INSERT INTO line SELECT urgency, title, meta, due, state
FROM series JOIN pool ON pool.n = i % {pool} JOIN due ON due.n = i % 97"""


def main(path: str) -> None:
    """Make the file, show all of it."""
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    application.setFont(ui_font())
    # By name: the frozen program must not carry this module.
    sql: Any = import_module("PySide6.QtSql")
    database = sql.QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(path)
    if not database.open():
        raise RuntimeError(database.lastError().text())
    _fill(sql, database)
    view = QTableView()
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    assert "sqlcipher3" not in sys.modules
    model = sql.QSqlQueryModel()

    def fill(count: int) -> None:
        view.setModel(None)
        model.setQuery(f"SELECT * FROM line LIMIT {count:d}", database)  # noqa: S608
        while model.canFetchMore():
            model.fetchMore()
        view.setModel(model)
        for column, width in enumerate(WIDTHS):
            view.setColumnWidth(column, width)

    serve_bursts(view, ROW_HEIGHT, fill)
    os._exit(0)


def _fill(sql: Any, database: Any) -> None:
    cases = list(make_month(make_town("990101001", 7), 0, _POOL_DAYS * DAY, 7))
    query = sql.QSqlQuery(database)
    database.transaction()
    for statement in _MAKE:
        _run(query, statement)
    query.prepare("INSERT INTO pool VALUES (?, ?, ?, ?, ?)")
    for n, case in enumerate(cases):
        for place, value in enumerate((n, *_texts(case))):
            query.bindValue(place, value)
        _run(query)
    query.prepare("INSERT INTO due VALUES (?, ?)")
    for n in range(97):
        query.bindValue(0, n)
        query.bindValue(1, due_text(due_in(n), 0))
        _run(query)
    _run(query, _FILL.format(last=ROWS - 1, pool=len(cases)))
    database.commit()


def _run(query: Any, *statement: str) -> None:
    if not query.exec(*statement):
        raise RuntimeError(query.lastError().text())


def _texts(case: Case) -> tuple[str, str, str, str]:
    mark = "" if case.urgency == "normal" else URGENCY_MARKS[case.urgency]
    meta = f"{case.class_code} · {case.address} · {SOURCE_NAMES[case.source]}"
    return mark + URGENCY_NAMES[case.urgency], case.title, meta, "处置中 · 城管中队"


if __name__ == "__main__":
    main(sys.argv[1])
