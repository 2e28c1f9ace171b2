"""The guards of the test suite guard."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox


def test_no_screen_is_used(qapp):
    assert QGuiApplication.platformName() == "offscreen"


@pytest.mark.parametrize(
    "modal",
    [
        lambda: QMessageBox.question(None, "", ""),
        lambda: QFileDialog.getOpenFileName(),
        lambda: QMessageBox.exec(None),
        lambda: QDialog.exec(None),
    ],
)
def test_modal_dialogs_raise(qapp, modal):
    with pytest.raises(AssertionError, match="modal"):
        modal()
