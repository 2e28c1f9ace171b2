"""`griddesk rules`: who may do what, in which state, what has to hold, what an action asks for."""

import click

from db.domain.rules.base import FieldSpec
from db.domain.table import Line, table_lines
from db.domain.transitions import Transition, transition_of
from desktop.cli.common import json_option, print_json
from desktop.i18n import ACTION_NAMES, CHOICE_NAMES, FIELD_NAMES, ROLE_NAMES, STATE_NAMES
from desktop.loop_words import GUARD_WORDS

_LEVELLED = "仅本级"


@click.command(
    "rules", help="看流转规则：griddesk rules --table 为全表；griddesk rules 动作 看一个。"
)
@click.argument("action", required=False)
@click.option(
    "--table", "is_table", is_flag=True, help="全表：哪个状态、哪个动作、谁可以、到哪里。"
)
@json_option
def rules_command(action: str | None, is_table: bool, as_json: bool) -> int:
    """Print the table of transitions, or one action with its fields."""
    if bool(action) == is_table:
        raise click.UsageError("请写一个动作，或 --table。")
    row = transition_of(action) if action else None
    lines = [line for line in table_lines() if action in (None, line.action)]
    if as_json:
        print_json({"rows": [line._asdict() for line in lines], **(_details(row) if row else {})})
        return 0
    click.echo("编号\t动作\t状态\t可到\t谁可以\t层级")
    for line in lines:
        click.echo(_line_text(line))
    for text in (*_condition_texts(row), *_field_texts(row)) if row else ():
        click.echo(text)
    return 0


def _line_text(line: Line) -> str:
    to = "、".join(STATE_NAMES[state] for state in line.to) or "不变"
    roles = "、".join(name for role, name in ROLE_NAMES.items() if role in line.roles)
    cells = (
        line.id or "—",
        f"{ACTION_NAMES[line.action]}（{line.action}）",
        STATE_NAMES[line.state],
        to,
        roles,
        _LEVELLED if line.is_levelled else "",
    )
    return "\t".join(cells).rstrip()


def _conditions(row: Transition) -> list[str]:
    return [GUARD_WORDS[guard] for guard in row.guards]


def _condition_texts(row: Transition) -> list[str]:
    return ["", "还要：", *(f"  {words}" for words in _conditions(row))] if row.guards else []


def _field_texts(row: Transition) -> list[str]:
    found = ["", "要填的："]
    for field in row.fields:
        words = CHOICE_NAMES.get(field.name, {})
        choices = "、".join(f"{code}（{words.get(code, code)}）" for code in field.choices)
        need = "必填" if field.required else "可不填"
        found.append(f"  --{field.name}  {FIELD_NAMES[field.name]}，{need}  {choices}".rstrip())
    return found


def _details(row: Transition) -> dict[str, object]:
    return {
        "conditions": _conditions(row),
        "fields": [_field_row(field) for field in row.fields],
    }


def _field_row(field: FieldSpec) -> dict[str, object]:
    return {
        "name": field.name,
        "kind": field.kind,
        "required": field.required,
        "choices": field.choices,
    }
