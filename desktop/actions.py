"""Every action of the window in one table: key, words, icon. Keys and key sheet read it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from desktop.i18n import APPLICATION_NAMES
from desktop.language import say

if TYPE_CHECKING:
    from PySide6.QtGui import QShortcut
    from PySide6.QtWidgets import QWidget


class Action(NamedTuple):
    """One thing a key does.

    `scope` is where the key is live: list, board, card, map, search, conflicts, sync, audit,
    window or form.

    One without a key is rare: it is started from the list of all actions.
    """

    id: str
    name: str
    key: str
    icon: str
    scope: str
    note: str

    @property
    def text(self) -> str:
        """What it is called."""
        return say(self.name)

    @property
    def help(self) -> str:
        """What it does, in a few words."""
        return say(self.note)


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
    Action("escalate", "上报上级", "U", "up", "list", "本级办不了，报上一级"),
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
    Action("set_secrecy", "定密级", "", "lock", "list", "保密、内部、否；涉密要两个人"),
    Action("withdraw", "撤回申请", "", "close", "list", "收回自己的申请"),
    Action("resolve", "定分歧", "Y", "pass", "list", "两处说法不一：定一个"),
    Action("note", "备注", "T", "report", "list", "加一条备注"),
    Action("attach", "附件", "E", "attach", "list", "加附件：照片、录音、文档"),
    Action("print", "打印", "P", "print", "list", "预览和打印事件处理单"),
    Action("caller", "查看来电人", "V", "lock", "list", "查看来电人并记录"),
    Action("claim", "认领", "Shift+A", "accept", "list", "认领；再按放下；别人的按两次接手"),
    Action("undo", "撤销", "Ctrl+Z", "sync", "list", "撤回自己刚办的一步，10 分钟以内"),
    Action("mark", "标记", "Space", "pass", "list", "标记，标好的一起办"),
    Action("mark_all", "全部标记", "Ctrl+A", "pass", "list", "标记这一列的全部；Esc 取消"),
    Action("filter", "筛选", "Ctrl+F", "search", "list", "用几个词筛：紧急 采薇 超时"),
    Action("save_view", "存视图", "Ctrl+S", "save", "list", "把现在的筛选存为左侧的视图"),
    Action("on_map", "看地图", "Shift+L", "map", "list", "在地图上看这一件"),
    Action("why", "为什么", "W", "search", "list", "这个时限是怎样算出来的"),
    Action("more", "更多操作", ".", "lists", "list", "全部动作，和为什么不能"),
    Action("open", "打开", "Return", "desk", "list", "把焦点移到右侧详情"),
    Action("down", "下一件", "J", "down", "list", "也可用 ↓"),
    Action("up", "上一件", "K", "up", "list", "也可用 ↑"),
    Action("find", "查找", "/", "search", "window", "查找；写 D 000123 直接办"),
    Action("palette", "命令条", "Ctrl+K", "search", "window", "输字就找：动作、编号、单位"),
    Action("back", "返回", "Esc", "close", "window", "关闭、清除查找、回到列表"),
    Action("card", "调度卡", "Return", "dispatch", "board", "光标上的单位：电话、联络顺序、指令"),
    Action("pick", "选单位", "1", "send", "board", "1 到 9：交给推荐的第几家，再按 Enter"),
    Action("part", "换一批", "F6", "lists", "board", "全部、待分流、在办"),
    Action("large", "大字", "F7", "dashboard", "board", "时钟放大，远处看得清；再按一次还原"),
    Action("at_desk", "在值班台看", "Ctrl+Return", "desk", "board", "到值班台看这一件"),
    Action("keep_one", "留一种", "1", "pass", "conflicts", "1 到 9：留第几种说法，再按 Enter"),
    Action("keep_both", "都留", "B", "attach", "conflicts", "两种说法接在一起，再按 Enter"),
    Action("write_third", "另写", "T", "report", "conflicts", "都不对：另写一个"),
    Action("settle", "定下", "Return", "accept", "conflicts", "定下选的，到下一项"),
    Action("field_next", "下一项", "Right", "down", "conflicts", "这一件的下一项分歧"),
    Action("field_back", "上一项", "Left", "up", "conflicts", "这一件的上一项分歧"),
    Action("take_newer", "取新的", "N", "pass", "conflicts", "标记的各件，这一项取后说的"),
    Action("take_ours", "取本方", "O", "pass", "conflicts", "标记的各件，这一项取本工位的"),
    Action("take_theirs", "取对方", "P", "pass", "conflicts", "标记的各件，这一项取对方的"),
    Action("sync_pause", "暂停交换", "P", "sync", "sync", "所有线路停一停；再按一次继续"),
    Action("sync_retry", "再试", "R", "sync", "sync", "现在就连光标上的这一家"),
    Action("sync_enrol", "登记", "E", "new", "sync", "向交换服务或本室的工位登记"),
    Action("sync_grant", "授权", "G", "lock", "sync", "核对指纹，让光标上的工位看来电人"),
    Action("sync_copy", "复制指纹", "Ctrl+C", "save", "sync", "复制本工位的指纹"),
    Action("told", "已电话通知", "T", "feedback", "card", "给光标上的人记一条备注"),
    Action("copy", "复制", "Ctrl+C", "save", "card", "复制光标上的电话或指令"),
    Action("confirm", "确认", "Return", "accept", "form", "确认表单；Shift+Enter 换行"),
    Action(
        "confirm_next", "登记下一件", "Ctrl+Shift+Return", "new", "form", "确认，接着登记下一件"
    ),
    Action("phrases", "常用语", "Ctrl+J", "lists", "form", "选一句插到光标处：数字、首字母"),
    Action(
        "look_alike", "看疑似重复", "F8", "search", "form", "新建时看可能是同一件的，再按看下一件"
    ),
    Action("pick_point", "在地图上点", "Ctrl+M", "map", "form", "新建时在地图上定网格和位置"),
    Action("desk", "值班台", "Alt+1", "desk", "window", "到值班台"),
    Action("import", "导入", "Alt+2", "import", "window", "到导入"),
    Action("reports", "报表", "Alt+3", "report", "window", "到报表"),
    Action("figures", "统计", "F12", "dashboard", "window", "到统计：各镇街或各村社的数字"),
    Action("conflicts", "分歧", "F3", "warning", "window", "到分歧：两处说法不一的，一项一项定"),
    Action("sync", "同步", "Alt+4", "sync", "window", "到同步"),
    Action("data", "备份", "Alt+5", "save", "window", "到数据与备份"),
    Action("search", "查询", "Alt+6", "search", "window", "到查询：全部年份的事件"),
    Action("lists", "清单", "Alt+7", "lists", "window", "到清单：查看、检查、发布"),
    Action("board", "调度", "Alt+8", "dispatch", "window", "到调度台：单位和手上的事"),
    Action("map", "地图", "Alt+9", "map", "window", "到地图：事件、网格、重点场所、队伍"),
    Action("map_circle", "圆圈选", "O", "map", "map", "画一个圆，选里面的事件"),
    Action("map_outline", "多边形圈选", "P", "map", "map", "画一个多边形，选里面的事件"),
    Action("map_whole", "全镇", "0", "map", "map", "看整个镇"),
    Action("found_export", "导出查到的", "F8", "save", "search", "查到的写成表格，先写用途"),
    Action("audit", "审计", "F10", "lock", "window", "到审计：谁、何时、做了什么（审计员）"),
    Action("audit_incident", "只看这件", "I", "search", "audit", "只看光标上这件事件的记录"),
    Action("audit_person", "只看这人", "O", "search", "audit", "只看光标上这个人的动作"),
    Action("audit_check", "核对链", "H", "pass", "audit", "核对每一页、每一条链"),
    Action("audit_export", "导出审计", "E", "save", "audit", "写成有签名的文件，先写用途"),
    Action("accounts", "账号", "F2", "handover", "window", "到账号：人员、口令、策略（管理员）"),
    Action("settings", "设置", "Alt+0", "settings", "window", "到设置：主题、字号、语言、提示音"),
    Action("larger", "放大", "Ctrl+=", "up", "window", "字号大一号"),
    Action("smaller", "缩小", "Ctrl+-", "down", "window", "字号小一号"),
    Action("keys", "按键表", "F1", "lists", "window", "显示全部按键"),
    Action("refresh", "刷新", "F5", "sync", "window", "重新读取"),
    Action("wall", "态势大屏", "F11", "dashboard", "window", "在另一块屏幕上全屏；再按一次关闭"),
    Action("seat", "换人", "F4", "settings", "window", "换当班人员：选人，Enter，输口令"),
    Action("lock", "锁定", "Ctrl+L", "lock", "window", "锁定窗口：工作留着，登录接着做"),
    Action("theme", "换主题", "F9", "settings", "window", "浅色、深色、高对比"),
    Action("quit", "退出", "Ctrl+Q", "close", "window", "退出程序"),
)
BY_ID = {action.id: action for action in ACTIONS}
REPORTS = ("report", "self_handle")
"""The actions that make a new incident."""
_NO_DECISIONS = frozenset(
    {
        "attach", "resolve", "duplicates", "print", "caller", "claim", "undo", "mark", "mark_all",
        "filter", "save_view", "on_map", "why", "more", "open", "down", "up",
    }
)  # fmt: skip
# A test compares both with the table of transitions, which a start does not wait for.
DECISIONS = tuple(
    one.id for one in ACTIONS if one.scope == "list" and one.id not in {*REPORTS, *_NO_DECISIONS}
)
"""The actions that are transitions of an incident, the usual ones first."""


_REQUESTS = frozenset(
    {*(f"ask_{kind}" for kind in APPLICATION_NAMES), "approve", "decline", "withdraw"}
)
_MOVES = frozenset({"open", "down", "up", "find", "palette", "back"})
_FLOW, _ASK, _LOOK, _MOVE = "流转", "申请", "查看", "移动"
# Not translated here: groups are told apart by these names, whatever is spoken.
_SCOPE_GROUPS = {
    "board": "调度", "card": "调度", "map": "地图", "conflicts": "分歧", "sync": "同步",
    "audit": "审计",
    "window": "窗口", "form": "表单",
}  # fmt: skip
GROUPS = ("流转", "申请", "查看", "移动", "调度", "地图", "分歧", "同步", "审计", "窗口", "表单")
"""The parts of the key sheet, on the screen and on paper."""


def group_of(action: Action) -> str:
    """Return the part of the key sheet that an action stands in."""
    if action.id in _MOVES:
        return _MOVE
    if action.id in _REQUESTS:
        return _ASK
    if action.id in {*REPORTS, *DECISIONS, "attach"}:
        return _FLOW
    return _SCOPE_GROUPS.get(action.scope, _LOOK)


def by_group(actions: Iterable[Action] = ACTIONS) -> dict[str, list[Action]]:
    """Return all actions by the parts of the key sheet."""
    listed = list(actions)
    return {say(name): [one for one in listed if group_of(one) == name] for name in GROUPS}


def key_name(key: str) -> str:
    """Return a key as it stands on the keyboard; a dash for an action without one."""
    return key.replace("Return", "Enter") or "—"


def bind(
    widget: "QWidget",
    action_id: str,
    slot: Callable[[], object],
    *,
    is_window_wide: bool = False,
    has_children: bool = False,
) -> "QShortcut":
    """Make an action's key call `slot`: while the widget itself has the focus, or window-wide.

    `has_children`: while the widget or anything in it has the focus.

    A letter bound to a list can never fire while somebody types into a field.
    """
    # The table is also printed from the command line, where there may be no Qt to load.
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QKeySequence, QShortcut

    context = Qt.ShortcutContext.WidgetShortcut
    if is_window_wide:
        context = Qt.ShortcutContext.WindowShortcut
    elif has_children:
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    shortcut = QShortcut(QKeySequence(BY_ID[action_id].key), widget)
    shortcut.setContext(context)
    shortcut.setObjectName(action_id)
    shortcut.activated.connect(slot)
    return shortcut
