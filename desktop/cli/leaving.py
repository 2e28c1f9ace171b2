"""What commands that let something leave ask for."""

from collections.abc import Callable
from typing import Any

import click

from desktop.leaving import USUAL


def purpose_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--purpose` to a command."""
    return click.option(
        "--purpose", default=USUAL, show_default=True, help="做什么用，记在日志里。"
    )(command)
