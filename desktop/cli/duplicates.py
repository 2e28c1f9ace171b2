"""The command that tells which incidents may be the same matter, and why."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from db.domain.duplicates import NEAR, RADIUS, WIDE
from db.domain.errors import RuleError
from desktop.cli.common import json_option, open_store, person, print_json, user_option
from desktop.duplicate_words import (
    VERDICT_NAMES,
    Classes,
    older_text,
    points_text,
    reason_texts,
)
from desktop.i18n import CHINA, state_text

if TYPE_CHECKING:
    from db.store.queries.duplicates import Candidate, Likeness, Pair


@click.command(
    "duplicates",
    help="一件事件可能和哪些重复，为什么；--all 列出待办中疑似重复的各组。只提示，不自动并案。",
)
@click.argument("number", required=False)
@click.option("--all", "is_all", is_flag=True, help="全部待办，成组列出。")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="与 --all 同用：从哪天上报的起。")
@click.option(
    "--radius", type=click.Choice([str(RADIUS), str(NEAR), str(WIDE)]), default=str(RADIUS),
    show_default=True, help="按坐标找多少米以内的。",
)  # fmt: skip
@user_option
@json_option
def duplicates_command(
    number: str | None,
    is_all: bool,
    since: datetime | None,
    radius: str,
    user: str | None,
    as_json: bool,
) -> int:
    """Print candidates with their reasons, or groups."""
    from db.store.lists import policy_at
    from db.store.queries.duplicates import duplicate_groups, duplicates_of
    from db.store.queries.scope import rid_of

    if is_all == (number is not None):
        raise click.UsageError("请给出编号，或 --all")
    with open_store(read_only=True) as store:
        _, scope = person(store, user)
        classes = store.read(lambda c: policy_at(c, store.clock())).classes
        if is_all:
            begin = round(since.replace(tzinfo=CHINA).timestamp() * 1000) if since else 0
            groups = store.read(lambda c: duplicate_groups(c, scope, begin))
            _print_groups(groups, classes, as_json=as_json)
            return 0
        rid = store.read(lambda c: rid_of(c, scope, number or ""))
        found = rid and store.read(lambda c: duplicates_of(c, scope, rid, int(radius)))
    if not found:
        raise RuleError("incident_unknown", value=number)
    if as_json:
        print_json([_plain(item, classes) for item in found.likely])
        return 0
    for item in found.likely:
        head = f"{VERDICT_NAMES[item.score.verdict]} {points_text(item.score)}"
        click.echo(f"{head}  {_line(item.candidate)}")
        click.echo(f"  {'；'.join(reason_texts(item.score, classes))}")
    click.echo(f"{len(found.likely)} 件{older_text(found.compared, found.older)}", err=True)
    return 0


def _line(item: "Candidate") -> str:
    return f"{item.number}  {state_text(item.state, has_news=False)}  {item.account.title}"


def _plain(item: "Likeness", classes: Classes) -> dict[str, object]:
    return {
        "number": item.candidate.number,
        "state": item.candidate.state,
        **asdict(item.score),
        "reasons": reason_texts(item.score, classes),
    }


def _print_groups(groups: "list[list[Pair]]", classes: Classes, *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                [
                    {
                        "numbers": [pair.one.number, pair.other.number],
                        "points": pair.score.points,
                        "reasons": reason_texts(pair.score, classes),
                    }
                    for pair in pairs
                ]
                for pairs in groups
            ]
        )
        return
    for number, pairs in enumerate(groups, start=1):
        members = {item.number: item for pair in pairs for item in (pair.one, pair.other)}
        click.echo(f"第 {number} 组，{len(members)} 件")
        for name in sorted(members):
            click.echo(f"  {_line(members[name])}")
        for pair in pairs:
            tails = f"{pair.one.number[-6:]} 与 {pair.other.number[-6:]}"
            reasons = "；".join(reason_texts(pair.score, classes))
            click.echo(f"  {tails}  {points_text(pair.score)}  {reasons}")
    click.echo(f"{len(groups)} 组", err=True)
