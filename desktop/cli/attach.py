"""Commands on the files of an incident: add them, list them, take them out."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.scope import Scope
from db.store.queries.attachments import AttachmentRow
from db.store.store import Store
from desktop.cli.common import (
    json_option,
    open_store,
    person,
    print_json,
    progress_line,
    user_option,
)
from desktop.cli.leaving import purpose_option
from desktop.i18n import MEDIA_NAMES, describe, instant, renamed_text, size_text
from desktop.leaving import tell_left


@click.command("attach", help="给一件事件加附件：照片、录音、文档，可以一次几个。")
@click.argument("number")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@user_option
@json_option
def attach_command(number: str, files: tuple[Path, ...], user: str | None, as_json: bool) -> int:
    """Attach files; those that are refused do not keep the others out."""
    from db.commands.attachments import attach_all, sweep

    with open_store() as store:
        actor, scope = person(store, user)
        outcome = attach_all(store, actor, scope, number, files, progress_line)
        sweep(store)
    if as_json:
        print_json(
            {
                "number": number,
                "added": [
                    {"name": item.name, "media": item.media, "size": item.size,
                     "named_as": item.named_as}
                    for item in outcome.added
                ],
                "refused": [
                    {"file": item.file, **_in_words(item.error)} for item in outcome.refused
                ],
            }
        )  # fmt: skip
    else:
        for item in outcome.added:
            renamed = renamed_text(item.named_as, item.media)
            note = f"（{renamed}）" if renamed else ""
            click.echo(f"已加入  {item.name}  {size_text(item.size)}  {note}".rstrip())
        for refused in outcome.refused:
            title, hint = describe(refused.error)
            click.echo(f"没有加入  {title}。{hint}", err=True)
    return max((item.error.exit_code for item in outcome.refused), default=0)


@click.command("attachments", help="列出一件事件的附件；加 --out 取出文件。")
@click.argument("number")
@click.option("--out", type=click.Path(path_type=Path), help="取出到这个目录；同名的不覆盖。")
@purpose_option
@user_option
@json_option
def attachments_command(
    number: str, out: Path | None, purpose: str, user: str | None, as_json: bool
) -> int:
    """List the files of an incident, and write them out in clear where asked to."""
    from db.commands.incidents import visible_incident
    from db.store.queries.attachments import attachment_rows

    with open_store(read_only=out is None) as store:
        actor, scope = person(store, user)
        rows = store.read(
            lambda c: attachment_rows(c, visible_incident(c, scope, number)[1].attachments)
        )
        found = [_described(store, scope, number, row, out) for row in rows]
        written = [Path(item["file"]) for item in found if item["file"]]
        if written:
            tell_left(store, actor, "attachment", *written, purpose=purpose, about=number)
    if as_json:
        print_json(found)
    else:
        for row, item in zip(rows, found, strict=True):
            click.echo(_line(row, item))
    return 3 if any(item["error"] for item in found) else 0


def _described(
    store: Store, scope: Scope, number: str, row: AttachmentRow, out: Path | None
) -> dict[str, Any]:
    """Return what is known of a file; with a folder, also where it was written to."""
    from db.store import blobs

    item: dict[str, Any] = {**asdict(row), "file": None, "error": None}
    try:
        if out is None:
            blobs.check(store.home, row.blob)
        else:
            item["file"] = str(_write_out(store, scope, number, row.blob, out))
    except GridDeskError as error:
        item["error"] = _in_words(error)
    return item


def _write_out(store: Store, scope: Scope, number: str, blob: str, out: Path) -> Path:
    from db.commands.attachments import open_attachment
    from db.store.files import write_file
    from desktop.sheets import unused_path

    opened = open_attachment(store, scope, number, blob)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentError_(
            "file_unwritable", path=str(out), detail=str(error.strerror)
        ) from error
    path = unused_path(out / opened.name)
    write_file(path, opened.content)
    return path


def _line(row: AttachmentRow, item: dict[str, Any]) -> str:
    parts = [
        row.name or "（打不开）",
        MEDIA_NAMES.get(row.media, row.media),
        size_text(row.size),
        row.actor_name,
        instant(row.at),
    ]
    if item["file"]:
        parts.append(f"→ {item['file']}")
    if item["error"]:
        parts.append(item["error"]["title"])
    return "  ".join(parts)


def _in_words(error: GridDeskError) -> dict[str, str]:
    title, hint = describe(error)
    return {"code": error.code, "title": title, "hint": hint}
