"""Brings the language of a workstation into Qt and into the tables of words."""

from functools import partial

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

import resources
from desktop.language import CONTEXT, speak

_OF_QT = {"zh": "qtbase_zh_CN", "en": ""}
"""Qt's own words (buttons of its dialogs), which are English as they come."""


class _Installed:
    translators: list[QTranslator] = []  # noqa: RUF012 - the one list, emptied and filled here


def use_language(app: QCoreApplication, code: str) -> bool:
    """Let the interface speak a language from now on; windows already open keep theirs.

    Return whether its file was there: without it the interface stays Chinese.
    """
    for translator in _Installed.translators:
        app.removeTranslator(translator)
    _Installed.translators = []
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    _install(app, _OF_QT.get(code, ""), folder)
    file = resources.path(f"i18n/{code}.qm")
    is_there = code != "zh" and _install(app, file.name, str(file.parent))
    speak(partial(QCoreApplication.translate, CONTEXT) if is_there else None)
    return is_there or code == "zh"


def _install(app: QCoreApplication, name: str, folder: str) -> bool:
    translator = QTranslator(app)
    if not name or not translator.load(name, folder):
        return False
    app.installTranslator(translator)
    _Installed.translators.append(translator)
    return True
