"""What is said of files on a USB stick: the same in the window and on the command line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop.i18n import RENEWED, describe, instant
from desktop.language import Words, say

if TYPE_CHECKING:
    from db.stick.read import Coming, Preview, Taken
    from db.stick.write import Written
    from db.store.driver import Connection

STICK_STEPS = Words(
    {
        "stick_write": "写到U盘",
        "stick_prove": "从U盘读回核对",
        "stick_look": "查看文件",
        "stick_read": "收下",
    }
)
_OBSTACLES = Words(
    {
        "gap": "前面还缺，先不收",
        "fork": "与本机的不一致，先不收",
        "wrong_town": "不属于本镇街，不收",
        "rewound": "本机是恢复的旧数据，编号链会另起一段再取回",
    }
)

Names = Mapping[str, str]
"""What stations are called, by their id."""


def names_of(connection: "Connection") -> dict[str, str]:
    """Return what the stations are called that are known here, by a card or by their chain."""
    from db.stick.plan import recipients
    from db.store.queries.town import stations  # lazy: words are for those who read no record too

    known = [(one.id, one.name, one.station) for one in recipients(connection, "")]
    known += [(one.id, one.name, one.station) for one in stations(connection)]
    return {id: say("{} 工位 {}").format(name, station) for id, name, station in known}


def written_lines(done: "Written") -> list[str]:
    """Return what became of a writing; the first line says that the stick may go."""
    size = size_text(done.size)
    lines = [say("✓ 可以拔出：{} 条记录，{} 个附件，{}").format(done.ops, done.files, size)]
    lines += [str(path) for path in done.paths]
    if done.absent:
        lines.append(say("▲ {} 个附件不在本机，没有写").format(done.absent))
    return lines


def preview_lines(shown: "Preview", names: Names) -> list[str]:
    """Return what a file would bring, from whom, and what stands in the way."""
    header = shown.header
    sender = names.get(header.site) or say("工位 {}（{}）").format(header.station, header.town)
    lines = [say("来自 {}，{} 写").format(sender, instant(header.created))]
    if header.of > 1:
        lines.append(say("这是一套 {} 个文件里的第 {} 个").format(header.of, header.number))
    counts = (header.ops, shown.new, header.files)
    lines.append(say("记录 {} 条，其中新的 {} 条；附件 {} 个").format(*counts))
    lines += [_coming_line(item, names) for item in shown.coming]
    if shown.unknown:
        lines.append(say("{} 条要等升级程序以后显示，先原样保存").format(shown.unknown))
    if shown.missing:
        lines.append(
            say("▲ 对方另有 {} 条不在文件里，会在下次与区级交换时取").format(shown.missing)
        )
    if shown.trouble is not None:
        lines.append("▲ " + "。".join(describe(shown.trouble)))
    if not shown.new and shown.trouble is None:
        lines.append(say("都已有，没有新的"))
    return lines


def taken_lines(done: "Taken", names: Names) -> list[str]:
    """Return what a file brought and what was refused of it; the first line sums it up."""
    first = say("✓ 都已有，没有新的")
    if done.added or done.files:
        first = say("✓ 收下 {} 条记录，{} 个附件").format(done.added, done.files)
    elif done.troubles:
        first = say("▲ 没有收下新的")
    lines = [first]
    if done.held:
        lines.append(say("{} 条要等升级程序或收到前文后显示").format(done.held))
    lines += ["▲ " + "。".join(RENEWED[reason]) for reason in done.healed]
    for error in done.troubles:
        title, hint = describe(error)
        site = names.get(str(error.params.get("site", "")), "")
        lines.append(f"▲ {site}{'：' if site else ''}{title}。{hint}")
    if done.missing:
        lines.append(
            say("▲ 对方另有 {} 条本机没有：与区级交换时会取；没有线路的，请对方写“全部”").format(
                done.missing
            )
        )
    return lines


def size_text(size: int) -> str:
    """Return a number of bytes as people say it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} KB"


def _coming_line(item: "Coming", names: Names) -> str:
    span = item.span
    who = names.get(span.site) or span.site[-8:]
    text = say("{}：第 {}–{} 条，新的 {} 条").format(who, span.from_seq, span.to_seq, item.new)
    return f"  {text}" + (f"（{_OBSTACLES[item.code]}）" if item.code else "")
