"""`griddesk classing`: which class a text would be suggested, and how good suggestions are."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.domain.errors import InputError
from desktop.cli.common import (
    json_option,
    open_store,
    person,
    print_json,
    progress_line,
    user_option,
)
from desktop.i18n import URGENCY_NAMES

if TYPE_CHECKING:
    from db.domain.classing import Suggestion
    from db.domain.classing_trial import Trial

MIN_FOLDS = 2
MAX_FOLDS = 50


@click.group("classing", help="分类建议：给一段文字建议分类，或用标好分类的文件检验建议的好坏。")
def classing_command() -> None:
    """Suggest classes, or try how good suggestions are."""


@classing_command.command("suggest", help="给一段文字建议分类、平台和紧急程度，并说明理由。")
@click.argument("text")
@click.option("--content", default="", help="内容；TEXT 是标题。")
@user_option
@json_option
def suggest_command(text: str, content: str, user: str | None, as_json: bool) -> int:
    """Print the likeliest classes of a text, learnt from the record."""
    from db.domain.classing import fit, words_of
    from db.store.lists import policy_at
    from db.store.queries.learning import decided

    with open_store(read_only=True) as store:
        _, scope = person(store, user)
        now = store.clock()
        examples = store.read(lambda connection: decided(connection, scope, now))
        policy = store.read(lambda connection: policy_at(connection, now))
    found = fit(examples, words_of(policy)).suggest(text, content)
    if as_json:
        print_json(found)
        return 0
    for item in found:
        known = policy.classes[item.label]
        urgency = URGENCY_NAMES[item.urgency or known.urgency]
        place = f"{policy.platforms[known.platform]} {known.name}"
        click.echo(f"{item.confidence:4.0%}  {item.label}  {place}  {urgency}  {_reason(item)}")
    click.echo(f"学自 {len(examples)} 件办结事件和分类关键词", err=True)
    return 0


@classing_command.command(
    "evaluate",
    help="用一份标好分类的表（CSV 或 .xlsx）检验：分成几份，轮流拿一份考其余几份学到的。",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", required=True, metavar="列", help="文字所在的列，如标题。")
@click.option("--content", default="", metavar="列", help="内容所在的列，可不给。")
@click.option("--label", required=True, metavar="列", help="分类所在的列。")
@click.option(
    "--words", type=click.Path(path_type=Path),
    help="各分类的用词：一份有同名分类列的表，其余各列都是该分类的词。",
)  # fmt: skip
@click.option(
    "--folds", default=5, show_default=True, type=click.IntRange(MIN_FOLDS, MAX_FOLDS),
    help="分成几份。",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="怎样分份；同一数字同样分。")
@json_option
def evaluate_command(
    file: Path,
    text: str,
    content: str,
    label: str,
    words: Path | None,
    folds: int,
    seed: int,
    as_json: bool,
) -> int:
    """Print how good suggestions would be on a file."""
    from db.domain.classing import Example
    from db.domain.classing_trial import cross_validate

    rows = _table(file, [text, label, *filter(None, [content])])
    examples = [
        Example(row[text], row[content] if content else "", row[label])
        for row in rows
        if row[label]
    ]
    if len(examples) < folds:
        raise InputError("too_few_examples", file=file.name, count=len(examples), folds=folds)
    known = _words(words, label, {item.label for item in examples})
    trial = cross_validate(examples, known, folds, seed, lambda done: progress_line(done, folds))
    if as_json:
        print_json(trial)
    else:
        _print_trial(trial)
    return 0


def _table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows, by title, of every table whose first row names some columns."""
    from db.imports.cells import as_text
    from db.imports.reading import read_sheets

    found: list[dict[str, str]] = []
    is_named = False
    for sheet in read_sheets(path):
        titles = [as_text(cell).strip() for cell in next(iter(sheet.rows), [])]
        if set(columns) <= set(titles):
            is_named = True
            blank = dict.fromkeys(titles, "")
            cells = (map(as_text, row) for row in sheet.rows[1:])
            found += [blank | dict(zip(titles, row, strict=False)) for row in cells]
    if not is_named:
        raise InputError("classing_column_missing", file=path.name, column="、".join(columns))
    return found


def _words(path: Path | None, label: str, labels: set[str]) -> dict[str, list[str]]:
    """Return the words of each class: its name, its keywords on the list, those of a file."""
    from db.domain.classing import words_of
    from db.store.lists import default_policy

    policy = default_policy()
    by_name = {item.name: item.code for item in policy.classes.values()}
    listed = words_of(policy)
    words = {one: [one, *listed.get(by_name.get(one, one), ())] for one in sorted(labels)}
    for row in _table(path, [label]) if path else []:
        if row[label] in words:
            words[row[label]] += [cell for cell in row.values() if cell]
    return {one: list(dict.fromkeys(known)) for one, known in words.items()}


def _reason(item: "Suggestion") -> str:
    parts = [f"文中“{'、'.join(item.words)}”"] if item.words else []
    if item.similar:
        parts.append(f"与 {item.similar} 件相似，其中 {item.agreeing} 件归此类")
    return "；".join(parts)


def _print_trial(trial: "Trial") -> None:
    click.echo(f"{trial.count} 条，准确率 {trial.accuracy:.3f}，宏平均 F1 {trial.macro_f1:.3f}")
    click.echo(f"有把握的占 {trial.sure:.3f}，其中对的 {trial.sure_right:.3f}")
    click.echo("   准确   召回     F1   条数  分类")
    for one in trial.labels:
        click.echo(
            f"  {one.precision:.3f}  {one.recall:.3f}  {one.f1:.3f}  {one.count:5}  {one.label}"
        )
