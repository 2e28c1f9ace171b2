"""Commands on disagreements: list them, settle one."""

from typing import Any

import click

from db.domain.branches import NEWS
from db.domain.errors import RuleError
from db.domain.scope import Scope
from db.domain.undoing import UNDONE
from db.store.queries.conflicts import OpenConflict
from db.store.queries.queue import QueueRow
from db.store.store import Store
from desktop.cli.common import (
    json_option,
    open_store,
    person,
    print_json,
    second_option,
    second_person,
    user_option,
)
from desktop.conflict_words import field_text, hint_text, side_text, value_text
from desktop.i18n import state_text


@click.command("conflicts", help="列出有分歧的事件；给出编号时，列出那一件的各种说法。")
@click.argument("number", required=False)
@user_option
@json_option
def conflicts_command(number: str | None, user: str | None, as_json: bool) -> int:
    """Print which incidents are in dispute, or what each side said of one."""
    with open_store(read_only=True) as store:
        _, scope = person(store, user)
        now = store.clock()
        if number is None:
            rows = _disputed(store, scope, now)
        else:
            found = _conflicts_of(store, scope, number)
    if number is None:
        if as_json:
            print_json([row._asdict() for row in rows])
            return 0
        for row in rows:
            state = state_text(row.state, has_news=bool(row.has_news))
            click.echo(f"{row.number}  分歧 {row.conflicts} 项  {state}  {row.title}")
        click.echo(f"{len(rows)} 件", err=True)
    elif as_json:
        print_json([_plain(item) for item in found])
    else:
        for item in found:
            _print_conflict(item, now)
        click.echo(f"{len(found)} 项", err=True)
    return 0


@click.command(
    "resolve",
    help="定一项分歧：griddesk resolve 编号 字段 --take 2，或 --value 另一个值；"
    "字段见 griddesk conflicts 编号。news、undone 只表示已看过，不用给值。",
)
@click.argument("number")
@click.argument("field")
@click.option("--take", type=click.IntRange(1), help="第几种说法，按 griddesk conflicts 的次序。")
@click.option("--value", help="另一个值；单位、分类、网格写代码。")
@second_option
@user_option
@json_option
def resolve_command(
    number: str,
    field: str,
    take: int | None,
    value: str | None,
    second: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Settle one disagreement."""
    from db.commands.conflicts import resolve

    if (take is not None) + (value is not None) != (field not in (NEWS, UNDONE)):
        raise click.UsageError("请给出 --take 或 --value 中的一个；news、undone 两个都不给")
    with open_store() as store:
        actor, scope = person(store, user)
        found = [item for item in _conflicts_of(store, scope, number) if item.field == field]
        if not found:
            raise RuleError("conflict_settled", value=number, column=field)
        choice = _taken(found[0], take) if take is not None else value
        seen, signed = found[0].seen, second_person(store, second)
        done = resolve(store, actor, scope, number, field, choice, seen, signed)
    if as_json:
        print_json({"number": done.number, "field": done.field, "left": done.left})
    else:
        click.echo(f"{done.number}  定分歧  {field_text(found[0])}  还有 {done.left} 项")
    return 0


def _disputed(store: Store, scope: Scope, now: int) -> list[QueueRow]:
    from db.store.queries.queue import QueueFilter, queue_ids, queue_rows

    wanted = QueueFilter(is_disputed=True)
    ids = store.read(lambda c: queue_ids(c, scope, wanted, now))
    return [row for row in store.read(lambda c: queue_rows(c, scope, ids)) if row]


def _conflicts_of(store: Store, scope: Scope, number: str) -> tuple[OpenConflict, ...]:
    from db.commands.incidents import visible_incident
    from db.store.queries.conflicts import open_conflicts

    return store.read(lambda c: open_conflicts(c, visible_incident(c, scope, number)[0]))


def _taken(conflict: OpenConflict, take: int) -> Any:
    if take > len(conflict.sides):
        raise RuleError("conflict_not_offered", column=conflict.name)
    return conflict.sides[take - 1].value


def _print_conflict(conflict: OpenConflict, now: int) -> None:
    click.echo(f"【{field_text(conflict)}】{conflict.field}")
    for number, side in enumerate(conflict.sides, start=1):
        click.echo(f"  {number}  {value_text(conflict, side)}  {side_text(side, now)}")
    if hint := hint_text(conflict):
        click.echo(f"  {hint}")


def _plain(conflict: OpenConflict) -> dict[str, Any]:
    return {
        "field": conflict.field,
        "kind": conflict.kind,
        "label": field_text(conflict),
        "sides": [
            {
                "take": number,
                "value": side.value,
                "text": value_text(conflict, side),
                "who": side.who,
                "station": side.station,
                "at": side.at,
            }
            for number, side in enumerate(conflict.sides, start=1)
        ],
    }
