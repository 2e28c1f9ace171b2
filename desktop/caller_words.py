"""Who called, in words: in full to those who asked with a reason, masked to everybody else."""

from db.store.envelopes import Caller
from db.store.queries.incidents import CallerMask
from desktop.language import say


def caller_lines(caller: Caller | None) -> list[str]:
    """Return a caller in full."""
    if caller is None:
        return [say("来电人信息已删除或本站点无权读取")]
    lines = [f"{caller.name or say('未留姓名')}  {caller.phone or say('无号码')}"]
    if caller.note:
        lines.append(say("备注：{}").format(caller.note))
    if caller.marks:
        lines.append(say("文中号码：{}").format("、".join(caller.marks)))
    return lines


def mask_text(caller: CallerMask) -> str:
    """Return a caller as everybody sees it; readable ones only."""
    parts = []
    if caller.is_known:
        tail = say("尾号 {}").format(caller.tail) if caller.tail else say("无号码")
        parts.append(f"{caller.name or say('未留姓名')}  {tail}")
    if caller.marks:
        parts.append(say("文中号码 {} 个").format(caller.marks))
    return "  ".join(parts)
