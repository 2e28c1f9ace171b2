"""Errors, split by whose fault they are.

`db` is wordless: an error carries a code and parameters, the client turns them into a sentence
(`desktop.i18n.MESSAGES`). Exit codes of the command line follow the class.
"""

from typing import Any


class GridDeskError(Exception):
    """Base of every error this program raises on purpose.

    `code` names the sentence shown to the user, `params` fill it in.
    """

    exit_code = 3

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})"


class RuleError(GridDeskError):
    """The user asked for what the rules refuse; nothing was written."""

    exit_code = 1


class InputError(GridDeskError):
    """Data from outside is not acceptable; nothing of it was written.

    Where it came from a table, `params` holds `row` (1-based, as a spreadsheet counts) and
    `column` (its title).
    """

    exit_code = 1


class EnvironmentError_(GridDeskError):
    """The machine refuses: disk, file, key store, network. Work entered so far is kept."""

    exit_code = 3


class BugError(GridDeskError):
    """A broken assumption of our own."""

    exit_code = 3
