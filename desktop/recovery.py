"""What the command line, the start window and the data screen do alike with backups."""

import re
from pathlib import Path

from db.domain.errors import EnvironmentError_
from db.store.backup import KEPT, last_backup
from db.store.gaps import Gap
from db.store.keys import Ask
from db.store.manifest import Backup, list_backups
from db.store.repair import Repaired
from db.store.restore import Unlocked, unlock
from db.store.store import read_site
from desktop.i18n import instant
from desktop.language import say
from desktop.settings import load_settings

_CODE = re.compile(r"(?:[0-9A-Za-z]{5}[-\s]*){6}")


def once(passphrase: str) -> Ask:
    """Return what answers with a passphrase, the first time it is asked."""

    def ask(is_retry: bool) -> str:
        # Asked again inside one attempt: the passphrase was wrong; let the caller say so.
        if is_retry:
            raise EnvironmentError_("passphrase_wrong")
        return passphrase

    return ask


def unlock_typed(backup: Backup, home: Path, secret: str) -> Unlocked:
    """Open a backup with what was typed: a recovery code, a passphrase, or nothing."""
    is_spoken = read_site(backup.path).key_place.kind == "passphrase"
    if secret and is_spoken and not _CODE.fullmatch(secret):
        return unlock(backup, home, ask=once(secret))
    return unlock(backup, home, secret)


def known_folder(home: Path) -> str:
    """Return the folder chosen in the window, else that of the last backup, else nothing."""
    last = last_backup(home)
    return load_settings(home).backup_folder or (last.folder if last else "")


def known_backups(home: Path, folder: str = "") -> list[Backup]:
    """Return the backups a repair can stand on, newest first; `folder` before the one known."""
    named = folder or known_folder(home)
    found = list_backups(Path(named)) if named else []
    found += list_backups(home / KEPT)
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def repaired_title(done: Repaired) -> str:
    """Return in a few words how a repair ended."""
    return say("已修复，但缺 {} 条记录").format(done.missing) if done.missing else say("已修复")


def repaired_lines(done: Repaired) -> list[str]:
    """Return what a repair did and what it left open."""
    base = (
        say("{} 的备份").format(instant(done.base.made_at)) if done.base else say("没有可用的备份")
    )
    lines = [
        say("{}，加上从损坏文件读出的 {} 条，共 {} 条记录。").format(base, done.salvaged, done.ops),
        say("损坏的文件没有删除，在：{}").format(done.aside),
    ]
    lines += [_gap_line(gap, has_hub=done.has_hub) for gap in done.gaps]
    if done.unread:
        lines.append(say("▲ 没有读全的表以备份为准：{}。").format("、".join(done.unread)))
    return lines


def _gap_line(gap: Gap, *, has_hub: bool) -> str:
    words = [say("▲ 站点 {} 第 {} 条以后断了 {} 条").format(gap.site, gap.last, gap.missing)]
    if gap.again:
        words.append(say("其中 {} 条读得出，已另起一段重新登记").format(gap.again))
    if gap.unproven:
        words.append(say("其中 {} 条读得出但无法证明，没有放进来").format(gap.unproven))
    if gap.missing > gap.again:
        place = say("交换服务有的，同步时会补来") if has_hub else say("只在留存的损坏文件里")
        words.append(say("缺的 {} 条{}").format(gap.missing - gap.again, place))
    return "，".join(words) + "。"
