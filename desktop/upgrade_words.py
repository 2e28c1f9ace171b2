"""How far the change of an older record is, in words."""

from desktop.i18n import BACKUP_STEPS
from desktop.language import say

_STEPS = ("copy", "digest", "read", "prove", "migrate")
"""What it goes through, in this order."""


def percent(done: int, total: int) -> str:
    """Return a share to stand behind a name, empty where it cannot be told."""
    return f" {done * 100 // total}%" if total > 1 else ""


def upgrade_words(step: str, done: int, total: int) -> str:
    """Say at which step it is, and that nothing is lost whatever happens."""
    where = say("第 {} 步，共 {} 步：{}{}").format(
        _STEPS.index(step) + 1, len(_STEPS), BACKUP_STEPS[step], percent(done, total)
    )
    promise = say(
        "程序换了新版本：先在本机留一份备份，再升级。"
        "没有丢失任何数据；中途关闭窗口也不会丢失，下次打开再升级。"
    )
    return f"{where}\n{promise}"
