"""Every action of the window in one table: key, words, icon. Keys and key sheet read it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from db.domain.transitions import TRANSITIONS


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `scope` is where the key is live: list, window or form.

    One without a key is rare: it is started from the list of all actions.
    """

    id: str
    text: str
    key: str
    icon: str
    scope: str
    help: str


ACTIONS = (
    Action("report", "新建", "N", "new", "list", "登记一件新事件"),
    Action("self_handle", "自办自结", "Shift+N", "pass", "list", "登记一件已经自己办好的"),
    Action("accept", "受理", "A", "accept", "list", "受理：定分类、定网格"),
    Action("dispatch", "分流", "D", "send", "list", "交办给单位"),
    Action("sign", "签收", "G", "sign", "list", "登记单位签收"),
    Action("feedback", "反馈", "F", "feedback", "list", "登记处置结果"),
    Action("check_pass", "核查", "C", "pass", "list", "核查通过并结案"),
    Action("callback", "回访", "B", "callback", "list", "登记回访"),
    Action("archive", "归档", "X", "archive", "list", "归档"),
    Action("approve", "批准", "O", "pass", "list", "批准别人的申请"),
    Action("decline", "驳回", "Shift+O", "close", "list", "驳回别人的申请"),
    Action("reply", "答复督办", "Shift+S", "feedback", "list", "单位答复督办牌"),
    Action("resume", "恢复", "Shift+H", "pass", "list", "挂起的恢复办理"),
    Action("return", "退回", "R", "close", "list", "退回上报人补充"),
    Action("duplicates", "查重", "=", "search", "list", "和可能重复的事件比对"),
    Action("merge", "并案", "M", "attach", "list", "并到另一件"),
    Action("check_fail", "返工", "Shift+C", "close", "list", "核查不合格，单位重新办"),
    Action("refuse", "退单", "Shift+G", "close", "list", "单位退单，提出该谁办"),
    Action("add_unit", "加派", "Shift+D", "send", "list", "再加一家协办单位"),
    Action("recall", "撤回", "Z", "close", "list", "签收前撤回交办"),
    Action("ask_pause", "申请挂起", "H", "report", "list", "时限停下，等人批准"),
    Action("ask_extend", "申请延期", "L", "report", "list", "时限加长，等人批准"),
    Action("supervise", "督办", "S", "supervise", "list", "催办，黄牌、红牌、黑牌"),
    Action("escalate", "上报", "U", "up", "list", "本级办不了，报上一级"),
    Action("send_down", "下派", "Shift+U", "down", "list", "交下一级办"),
    Action("reclass", "改类", "Q", "lists", "list", "换一个分类，时限重算"),
    Action("ask_reclass", "申请改类", "Shift+Q", "report", "list", "分流以后改类，等人批准"),
    Action("ask_verify", "交核实", "I", "search", "list", "请网格去看是不是真的"),
    Action("verify_result", "核实结果", "Shift+I", "search", "list", "登记网格看到的"),
    Action("reject", "不予受理", "Shift+R", "close", "list", "不受理，写明答复"),
    Action("reopen", "重办", "Shift+B", "sync", "list", "结案 30 天内重新办"),
    Action("unmerge", "撤销并案", "Shift+M", "close", "list", "从并入的那件移出来"),
    Action("withdraw_unit", "撤下单位", "Shift+Z", "close", "list", "撤下一家协办单位"),
    Action("finish_step", "完成一步", "Shift+T", "pass", "list", "分步时限的一步办完了"),
    Action("block", "卡点", "Shift+K", "warning", "list", "写明卡在哪里，空着是消除"),
    Action("ask_void", "申请作废", "Shift+X", "report", "list", "录错、测试件，等人批准"),
    Action("ask_force_close", "强制结案", "Shift+F", "report", "list", "申请强制结案，等主任批准"),
    Action("ask_skip", "申请越级", "", "report", "list", "一般事件越级上报，等人批准"),
    Action("ask_unmerge", "申请移出", "", "report", "list", "主件结案后移出，等人批准"),
    Action("withdraw", "撤回申请", "", "close", "list", "收回自己的申请"),
    Action("resolve", "定分歧", "Y", "pass", "list", "两处说法不一：定一个"),
    Action("note", "备注", "T", "report", "list", "加一条备注"),
    Action("attach", "附件", "E", "attach", "list", "加附件：照片、录音、文档"),
    Action("print", "打印", "P", "print", "list", "预览和打印事件处理单"),
    Action("caller", "查看来电人", "V", "lock", "list", "查看来电人并记录"),
    Action("why", "为什么", "W", "search", "list", "这个时限是怎样算出来的"),
    Action("more", "更多操作", ".", "lists", "list", "全部动作，和为什么不能"),
    Action("open", "打开", "Return", "desk", "list", "把焦点移到右侧详情"),
    Action("down", "下一件", "J", "down", "list", "也可用 ↓"),
    Action("up", "上一件", "K", "up", "list", "也可用 ↑"),
    Action("find", "查找", "/", "search", "list", "按编号、标题、内容、地址查找"),
    Action("back", "返回", "Esc", "close", "window", "关闭、清除查找、回到列表"),
    Action("confirm", "确认", "Return", "accept", "form", "确认表单；Shift+Enter 换行"),
    Action("desk", "值班台", "Alt+1", "desk", "window", "到值班台"),
    Action("import", "导入", "Alt+2", "import", "window", "到导入"),
    Action("reports", "报表", "Alt+3", "report", "window", "到报表"),
    Action("sync", "同步", "Alt+4", "sync", "window", "到同步"),
    Action("data", "备份", "Alt+5", "save", "window", "到数据与备份"),
    Action("search", "查询", "Alt+6", "search", "window", "到查询：全部年份的事件"),
    Action("lists", "清单", "Alt+7", "lists", "window", "到清单：查看、检查、发布"),
    Action("keys", "按键表", "F1", "lists", "window", "显示全部按键"),
    Action("refresh", "刷新", "F5", "sync", "window", "重新读取"),
    Action("theme", "换主题", "F9", "settings", "window", "浅色、深色、高对比"),
    Action("quit", "退出", "Ctrl+Q", "close", "window", "退出程序"),
)
BY_ID = {action.id: action for action in ACTIONS}
REPORTS = tuple(name for name, row in TRANSITIONS.items() if "draft" in row.sources)
"""The actions that make a new incident."""
DECISIONS = tuple(
    one.id for one in ACTIONS if one.id in TRANSITIONS and one.id not in (*REPORTS, "attach")
)
"""The actions that are transitions of an incident, the usual ones first."""


def key_name(key: str) -> str:
    """Return a key as it stands on the keyboard; a dash for an action without one."""
    return {"Return": "Enter", "": "—"}.get(key, key)


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
