"""Settings of the developer's own stay untouched by desktop tests."""

import pytest
from PySide6.QtCore import QStandardPaths


@pytest.fixture(autouse=True, scope="session")
def _own_settings():
    QStandardPaths.setTestModeEnabled(True)
