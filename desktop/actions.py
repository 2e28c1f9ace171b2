"""Every action of the window in one table: key, words, icon. Keys and key sheet read it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `scope` is where the key is live: list, window or form."""

    id: str
    text: str
    key: str
    icon: str
    scope: str
    help: str


ACTIONS = (
    Action("report", "新建", "N", "new", "list", "登记一件新事件"),
    Action("accept", "受理", "A", "accept", "list", "受理：定分类、定网格"),
    Action("dispatch", "分流", "D", "send", "list", "交办给单位"),
    Action("sign", "签收", "G", "sign", "list", "登记单位签收"),
    Action("feedback", "反馈", "F", "feedback", "list", "登记处置结果"),
    Action("check_pass", "核查", "C", "pass", "list", "核查通过并结案"),
    Action("callback", "回访", "B", "callback", "list", "登记回访"),
    Action("archive", "归档", "X", "archive", "list", "归档"),
    Action("resolve", "定分歧", "R", "pass", "list", "两处说法不一：定一个"),
    Action("note", "备注", "T", "report", "list", "加一条备注"),
    Action("attach", "附件", "M", "attach", "list", "加附件：照片、录音、文档"),
    Action("print", "打印", "P", "print", "list", "预览和打印事件处理单"),
    Action("caller", "查看来电人", "V", "lock", "list", "查看来电人并记录"),
    Action("why", "为什么", "W", "search", "list", "这个时限是怎样算出来的"),
    Action("open", "打开", "Return", "desk", "list", "把焦点移到右侧详情"),
    Action("down", "下一件", "J", "down", "list", "也可用 ↓"),
    Action("up", "上一件", "K", "up", "list", "也可用 ↑"),
    Action("find", "查找", "/", "search", "list", "按编号、标题、内容、地址查找"),
    Action("back", "返回", "Esc", "close", "window", "关闭面板、清除查找、回到列表"),
    Action("confirm", "确认", "Return", "accept", "form", "确认表单；Shift+Enter 换行"),
    Action("desk", "值班台", "Alt+1", "desk", "window", "到值班台"),
    Action("import", "导入", "Alt+2", "import", "window", "到导入"),
    Action("reports", "报表", "Alt+3", "report", "window", "到报表"),
    Action("sync", "同步", "Alt+4", "sync", "window", "到同步"),
    Action("data", "备份", "Alt+5", "save", "window", "到数据与备份"),
    Action("keys", "按键表", "F1", "lists", "window", "显示全部按键"),
    Action("refresh", "刷新", "F5", "sync", "window", "重新读取"),
    Action("theme", "换主题", "F9", "settings", "window", "浅色、深色、高对比"),
    Action("quit", "退出", "Ctrl+Q", "close", "window", "退出程序"),
)
BY_ID = {action.id: action for action in ACTIONS}
DECISIONS = (
    "accept",
    "dispatch",
    "sign",
    "feedback",
    "check_pass",
    "callback",
    "archive",
    "note",
)
"""The actions that are transitions of an incident, in the order of the loop."""


def bind(
    widget: QWidget,
    action_id: str,
    slot: Callable[[], object],
    *,
    is_window_wide: bool = False,
    has_children: bool = False,
) -> QShortcut:
    """Make an action's key call `slot`: while the widget itself has the focus, or window-wide.

    `has_children`: while the widget or anything in it has the focus.

    A letter bound to a list can never fire while somebody types into a field.
    """
    context = Qt.ShortcutContext.WidgetShortcut
    if is_window_wide:
        context = Qt.ShortcutContext.WindowShortcut
    elif has_children:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    shortcut = QShortcut(QKeySequence(BY_ID[action_id].key), widget)
    shortcut.setContext(context)
    shortcut.activated.connect(slot)
    return shortcut
