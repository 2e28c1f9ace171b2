"""The screens by name, each imported when it is first opened: the start is timed."""

from importlib import import_module
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from db.domain.ops import Actor
from desktop.backups import Backups
from desktop.context import AppContext
from desktop.exchange import Exchange
from desktop.health import HealthWatch
from desktop.serving import Room

SCREENS = (
    "desk", "board", "map", "import", "reports", "figures", "search", "lists", "conflicts",
    "sync", "data", "accounts", "audit", "settings",
)  # fmt: skip
_OF_ADMINS = {
    "admin": ("accounts", "lists", "conflicts", "sync", "data", "settings"),
    "security_admin": ("accounts", "sync", "data", "settings"),
    "auditor": ("audit", "settings"),
}
"""Who looks after the program sees the screens of that, the first one at once."""
_NOT_OF_THE_ROOM = frozenset({"accounts", "audit"})

_LIGHT = (
    "dispatch", "imports", "figures", "search", "lists", "conflicts", "sync", "data",
    "accounts", "audit", "settings",
)  # fmt: skip
"""Packages of screens that bring nothing heavy along."""


class Works(NamedTuple):
    """What works behind the window."""

    exchange: Exchange
    room: Room
    watch: HealthWatch
    backups: Backups


def offered(actor: Actor) -> tuple[str, ...]:
    """Return the screens a person has use for, the one to begin with first."""
    own = next((_OF_ADMINS[role] for role in actor.roles if role in _OF_ADMINS), None)
    return own or tuple(name for name in SCREENS if name not in _NOT_OF_THE_ROOM)


def warm() -> None:
    """Import what screens are made of before they are first opened; on a thread of the runner.

    A first visit would wait for it: 50 ms.
    """
    for name in _LIGHT:
        import_module(f"desktop.screens.{name}.screen")


def make_screen(name: str, context: AppContext, works: Works) -> QWidget:
    """Make a screen beside the desk."""
    if name == "board":
        from desktop.screens.dispatch.screen import DispatchScreen

        return DispatchScreen(context)
    if name == "import":
        from desktop.screens.imports.screen import ImportScreen

        return ImportScreen(context)
    if name == "reports":
        from desktop.screens.reports.screen import ReportScreen

        return ReportScreen(context)
    if name == "figures":
        from desktop.screens.figures.screen import FiguresScreen

        return FiguresScreen(context)
    if name == "data":
        return _make_data(context, works)
    if name == "search":
        from desktop.screens.search.screen import SearchScreen

        return SearchScreen(context)
    if name == "lists":
        from desktop.screens.lists.screen import ListsScreen

        return ListsScreen(context)
    if name == "audit":
        from desktop.screens.audit.screen import AuditScreen

        return AuditScreen(context)
    if name == "conflicts":
        from desktop.screens.conflicts.screen import ConflictsScreen

        return ConflictsScreen(context)
    if name == "accounts":
        from desktop.screens.accounts.screen import AccountsScreen

        return AccountsScreen(context)
    if name == "settings":
        from desktop.screens.settings.screen import SettingsScreen

        return SettingsScreen(context)
    if name == "map":
        from desktop.screens.map.screen import MapScreen

        return MapScreen(context)
    return _make_sync(context, works)


def _make_data(context: AppContext, works: Works) -> QWidget:
    from desktop.screens.data.screen import DataScreen

    screen = DataScreen(context, works.backups)
    works.watch.changed.connect(screen.show_health)
    screen.show_health(works.watch.health)
    return screen


def _make_sync(context: AppContext, works: Works) -> QWidget:
    from desktop.screens.sync.screen import SyncScreen

    return SyncScreen(context, works.exchange, works.room)
