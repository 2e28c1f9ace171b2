"""Commands that keep the record from being lost: backup, restore, drill, repair, export."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from db.commands.exports import letting_out
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, Actor
from db.store.manifest import Backup, damaged_backups, list_backups
from db.store.repair import DAMAGED
from db.store.store import RECORD, SITE_FILE, Store, read_site
from db.store.verify import Verification
from desktop.cli.common import (
    LOCK_WAIT,
    ask,
    json_option,
    keeper,
    print_json,
    second_option,
    second_person,
    user_option,
    watch_steps,
)
from desktop.cli.leaving import purpose_option
from desktop.i18n import (
    BACKUP_STEPS,
    BACKUP_UNLISTED,
    BACKUP_WARNINGS,
    LACKING_IN_BACKUP,
    LACKING_RESTORED,
    describe,
    instant,
    span_text,
)
from desktop.leaving import tell_backup
from desktop.settings import data_home

if TYPE_CHECKING:
    from db.store.export import Exported

_FOLDER = click.Path(path_type=Path)


def _code_option(command: Callable[..., Any]) -> Callable[..., Any]:
    by_file = click.option("--code-file", type=_FOLDER, help="从U盘上的文件读恢复码。")(command)
    return click.option("--code-stdin", is_flag=True, help="从标准输入读恢复码。")(by_file)


@click.command("backup", help="备份：核对数据，做一个新的备份，打开核对，再清理旧的。")
@click.option("--to", "target", type=_FOLDER, help="备份目录；缺省为窗口里选的。")
@user_option
@json_option
def backup_command(target: Path | None, user: str | None, as_json: bool) -> int:
    """Make a backup."""
    from db.store.backup import make_backup

    home = data_home()
    with _for_backup(home) as store:
        folder = target or _usual_folder(home)
        tell_backup(store, keeper(store, user)[0], folder)
        made = make_backup(store, folder, store.site.name, watch_steps())
    if as_json:
        print_json(
            {"backup": str(made.backup.path), "ops": made.backup.ops, "removed": made.removed,
             "warnings": made.warnings}
        )  # fmt: skip
        return 0
    click.echo(f"已备份并核对：{made.backup.path}（{made.backup.ops} 条记录）")
    for warning in made.warnings:
        click.echo("▲ " + "".join(BACKUP_WARNINGS[warning]), err=True)
    return 0


@click.command("restore", help="还原：把备份放到数据目录；原来的数据另存，不删除。")
@click.argument("backup", type=_FOLDER)
@click.option("--home", type=_FOLDER, help="数据目录；缺省为 GRIDDESK_HOME。")
@click.option(
    "--key", "key_kind", default="auto", show_default=True,
    type=click.Choice(["auto", "keyring", "passphrase", "file"]), help="密钥存放方式。",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="数据目录里有数据时也不再问。")
@_code_option
@user_option
@json_option
def restore_command(
    backup: Path,
    home: Path | None,
    key_kind: str,
    yes: bool,
    code_stdin: bool,
    code_file: Path | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Restore a backup; whoever lets it take the place of a record signs in there."""
    from db.store.restore import restore, unlock

    home = home or data_home()
    chosen = _newest(backup)
    code = _code(code_stdin, code_file)
    if (home / RECORD).exists() and not yes:
        click.confirm(
            f"{home} 里已有数据，将另存到其中的 set-aside 目录。继续？", abort=True, err=True
        )
    actor = _keeper_of(home, user)
    unlocked = unlock(chosen, home, code, ask())
    done = restore(chosen, home, unlocked, key_kind=key_kind, ask=ask(), watch=watch_steps())
    if actor != SYSTEM:
        _tell_restored(home, actor, chosen)
    if as_json:
        print_json(
            {"home": str(home), "backup": str(chosen.path), "ops": chosen.ops,
             "aside": str(done.aside) if done.aside else None, "lacking": done.lacking}
        )  # fmt: skip
        return 0
    click.echo(f"已还原 {instant(chosen.made_at)} 的备份（{chosen.ops} 条记录）：{home}")
    if done.aside:
        click.echo(f"原来的数据在：{done.aside}")
    if done.lacking:
        click.echo(LACKING_RESTORED.format(done.lacking), err=True)
    return 0


@click.command("drill", help="演练：把备份还原到临时目录，逐项核对；不碰正在用的数据。")
@click.argument("backup", type=_FOLDER, required=False)
@_code_option
@json_option
def drill_command(
    backup: Path | None, code_stdin: bool, code_file: Path | None, as_json: bool
) -> int:
    """Show that a backup would do."""
    from db.store.clock import system_clock
    from db.store.drill import drill
    from db.store.restore import unlock

    home = data_home()
    chosen = _newest(backup or _usual_folder(home))
    key = unlock(chosen, home, _code(code_stdin, code_file), ask()).key
    if (home / SITE_FILE).exists() and read_site(home).id == chosen.site:
        with Store.open(home, ask=ask(), read_only=True) as live:
            shown = drill(chosen, key, system_clock, live, watch_steps())
    else:
        shown = drill(chosen, key, system_clock, None, watch_steps())
    if as_json:
        print_json(
            {"ok": shown.is_ok, "backup": str(chosen.path), "ops": shown.ops,
             "seconds": shown.seconds, "differing": shown.differing, "lacking": shown.lacking,
             "behind_ops": shown.behind_ops, "behind_ms": shown.behind_ms}
        )  # fmt: skip
        return 0 if shown.is_ok else 1
    for step, seconds in shown.seconds.items():
        click.echo(f"  {BACKUP_STEPS[step]}  {seconds:.2f} 秒")
    if shown.behind_ops:
        span = span_text(shown.behind_ms)
        click.echo(f"  比现在的数据少 {shown.behind_ops} 条，是 {span}前的备份")
    if shown.lacking:
        click.echo(f"  {LACKING_IN_BACKUP.format(shown.lacking)}")
    if shown.differing:
        click.echo(f"✕ 数据表与日志不符：{' '.join(shown.differing)}")
        return 1
    click.echo(f"✓ {instant(chosen.made_at)} 的备份能用（{shown.ops} 条记录）")
    return 0


@click.command(
    "repair", help="修复：由记录最全的备份和损坏文件里读得出的记录重建；损坏的文件另存。"
)
@click.option("--from", "source", type=_FOLDER, help="备份目录；缺省为窗口里选的。")
@json_option
def repair_command(source: Path | None, as_json: bool) -> int:
    """Make a damaged record good."""
    from db.store.keys import load_key
    from db.store.repair import repair
    from db.store.verify import verify_home
    from desktop.recovery import known_backups, repaired_lines, repaired_title

    home = data_home()
    key = load_key(home, read_site(home).key_place, ask())
    if not _is_damaged(lambda: verify_home(home, ask())):
        raise InputError("repair_needless")
    done = repair(home, key, known_backups(home, str(source or "")), watch_steps())
    if as_json:
        print_json(
            {"aside": str(done.aside), "base": str(done.base.path) if done.base else None,
             "ops": done.ops, "salvaged": done.salvaged, "unread": done.unread,
             "missing": done.missing, "has_hub": done.has_hub,
             "gaps": [asdict(gap) for gap in done.gaps]}
        )  # fmt: skip
    else:
        for line in (f"{repaired_title(done)}。", *repaired_lines(done)):
            click.echo(line)
    return 1 if done.missing else 0


@click.command("export-ops", help="导出日志：每行一条 JSON；版本太旧打不开的数据也能导出。")
@click.argument("out", type=_FOLDER)
@click.option("--data", type=_FOLDER, help="数据目录；缺省为 GRIDDESK_HOME。")
@purpose_option
@second_option
@user_option
@json_option
def export_command(
    out: Path,
    data: Path | None,
    purpose: str,
    second: str | None,
    user: str | None,
    as_json: bool,
) -> int:
    """Write the journal as lines, and record it where the record takes anything."""
    home = data or data_home()
    store = _opened(home)
    if store is None:
        done, is_recorded = _export_ops(home, out), False
    else:
        with store:
            actor, _ = keeper(store, user)
            done, is_recorded = _export_recorded(
                store, actor, out, purpose, second_person(store, second)
            )
    if as_json:
        print_json({"file": str(out), "recorded": is_recorded, **done._asdict()})
    else:
        left = f"，其中 {done.unproven} 条与链不符" if done.unproven else ""
        beside = f"，另有落选分支 {done.forks} 条" if done.forks else ""
        unread = f"，{done.unread} 条读不出" if done.unread else ""
        click.echo(f"已导出 {done.ops} 条{left}{beside}{unread}：{out}")
    return 1 if done.unproven or done.unread else 0


def _keeper_of(home: Path, user: str | None) -> Actor:
    """Return who looks after a data folder's record; where it cannot be opened, the program.

    It is only looked at: it goes, or stays as it is.
    """
    try:
        store = Store.open(home, ask=ask(), read_only=True)
    except EnvironmentError_:
        return SYSTEM
    with store:
        return keeper(store, user)[0]


def _tell_restored(home: Path, actor: Actor, chosen: Backup) -> None:
    """Record in the restored record who restored it, also one whom it does not know so any more."""
    from db.commands.audit import record_settings

    with Store.open(home, ask=ask(), wait=LOCK_WAIT) as store:
        try:
            record_settings(store, actor, {}, {"restored": chosen.path.name})
        except RuleError:
            told = f"{chosen.path.name} {actor.user}"
            record_settings(store, SYSTEM, {}, {"restored": told})


def _for_backup(home: Path) -> Store:
    """Return the record opened for work, to read alone where another program works on it."""
    try:
        return Store.open(home, ask=ask(), wait=LOCK_WAIT)
    except EnvironmentError_:
        return Store.open(home, ask=ask(), read_only=True)


def _opened(home: Path) -> Store | None:
    """Return the record opened for work, None for one that cannot be: damaged, or too new."""
    try:
        return Store.open(home, ask=ask(), wait=LOCK_WAIT)
    except EnvironmentError_ as error:
        if error.code == "record_in_use":
            raise
        return None


def _export_recorded(
    store: Store, actor: Actor, out: Path, purpose: str, second: Actor | None
) -> tuple["Exported", bool]:
    """Export what is recorded first; a record whose damage lets nothing be written is saved too."""
    try:
        with letting_out(
            store, actor, "export_journal", "journal", out, purpose=purpose, second=second
        ) as leaving:
            done = _export_ops(store.home, leaving.part)
            leaving.rows = done.ops
    except EnvironmentError_ as error:
        if error.code not in DAMAGED:
            raise
        title, hint = describe(error)
        click.echo(f"▲ 这次导出没有记入日志：{title}。{hint}", err=True)
        return _export_ops(store.home, out), False
    return done, True


def _export_ops(home: Path, out: Path) -> "Exported":
    from db.store.export import export_ops
    from db.store.keys import load_key

    key = load_key(home, read_site(home).key_place, ask())
    return export_ops(home / RECORD, key, out)


def _is_damaged(check: Callable[[], Verification]) -> bool:
    try:
        return not check().is_ok
    except EnvironmentError_ as error:
        if error.code in DAMAGED:
            return True
        raise


def _usual_folder(home: Path) -> Path:
    from desktop.recovery import known_folder

    named = known_folder(home)
    if not named:
        raise InputError("backup_folder_unset")
    return Path(named)


def _newest(folder: Path) -> Backup:
    """Return the backup named, or the newest one in a folder."""
    found, damaged = list_backups(folder), damaged_backups(folder)
    if not found and damaged:
        raise InputError("backup_unlisted", path=str(damaged[0]))
    if not found:
        raise InputError("backup_unknown", path=str(folder))
    for path in damaged:
        click.echo(f"▲ {BACKUP_UNLISTED}：{path}", err=True)
    return found[0]


def _code(from_stdin: bool, path: Path | None) -> str:
    if path is not None:
        from db.store.recovery_file import read_code

        return read_code(path)
    return sys.stdin.readline().strip() if from_stdin else ""
