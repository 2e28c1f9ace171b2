"""The audit in words: the screen and the command line. No Qt."""

from collections.abc import Mapping
from datetime import date, timedelta

from db.domain.auditing import Told
from db.domain.calendar import day_start
from db.store.queries.audit import AuditDetail, AuditRow
from desktop.i18n import KIND_NAMES, ROLE_NAMES, STATE_NAMES, instant
from desktop.language import Words, say

GROUP_NAMES = Words(
    {
        "sign_in": "登录",
        "rights": "账号权限",
        "settings": "配置",
        "decision": "决定",
        "caller": "查看来电人",
        "print": "打印",
        "export": "导出",
        "import": "导入",
        "exchange": "交换",
        "keys": "密钥",
        "audit": "审计",
        "other": "其他",
    }
)
OFFICE_KINDS = Words(
    {
        "claim_taken": "认领",
        "claim_released": "放下认领",
        "password_set": "设密码",
        "second_factor_set": "设第二因素",
        "second_factor_reset": "清除第二因素",
        "account_locked": "锁定账号",
        "account_unlocked": "解锁账号",
        "signed_in": "登录",
        "signed_out": "退出登录",
        "desk_locked": "锁屏",
        "desk_unlocked": "解锁屏幕",
        "emergency_code_set": "设应急码",
        "emergency_code_used": "用应急码",
        "policy_set": "改安全规则",
        "sheet_printed": "打印或存 PDF",
        "export_made": "导出",
        "audit_read": "查看审计",
        "setting_changed": "改本机设置",
        "callers_searched": "按来电尾号查",
        "area_defined": "写区划",
        "unit_defined": "写单位",
        "post_defined": "写岗位",
        "user_defined": "写人员",
        "list_published": "发布清单",
        "response_declared": "应急响应",
        "place_defined": "写重点场所",
        "site_started": "工位启用",
        "site_rekeyed": "更换工位密钥",
        "epoch_started": "另起一链",
        "room_key_granted": "授予指挥室密钥",
        "room_key_renewed": "更换指挥室密钥",
        "orders_imported": "导入工单",
    }
)
FIELD_WORDS = Words(
    {
        "from": "原状态",
        "to": "改到",
        "opinion": "理由",
        "reason": "理由",
        "fields": "看了",
        "second": "第二人",
        "user": "账号",
        "by": "由谁",
        "name": "名称",
        "roles": "角色",
        "unit": "单位",
        "area": "地区",
        "classes": "分类",
        "secrecy": "密级",
        "left": "已离任",
        "until": "到何时",
        "must_change": "须改密码",
        "setting": "设置",
        "before": "原来",
        "after": "改为",
        "form": "形式",
        "sheet": "单据",
        "about": "对象",
        "town": "镇街",
        "station": "工位",
        "purpose": "用途",
        "ops": "记录数",
        "rows": "行数",
        "callers": "来电人数",
        "attachments": "附件数",
        "pages": "页数",
        "sha256": "SHA-256",
        "outputs": "文件",
        "filter": "条件",
        "kind": "种类",
        "version": "版本",
        "valid_from": "生效",
        "level": "级别",
        "site": "站点",
        "epoch": "链",
        "found": "找到件数",
        "file": "文件",
        "added": "新增",
        "updated": "更新",
        "unchanged": "未变",
        "rejected": "退回",
    }
)
FORM_NAMES = Words(
    {
        "stick": "U盘交换文件",
        "card": "身份卡",
        "heads": "对账卡",
        "found": "查询结果",
        "audit": "审计记录",
        "table": "事件表",
        "journal": "日志",
        "list": "清单",
        "areas": "区划",
        "errors": "导入退回的行",
        "attachment": "附件",
        "backup": "备份",
    }
)
SEALED, WITHHELD = "封存", "不显示"


def kind_text(kind: str) -> str:
    """Return what was done; the bare kind for one of a later version."""
    return KIND_NAMES.get(kind) or OFFICE_KINDS.get(kind, kind)


def who_text(row: AuditRow) -> str:
    """Return who it was, by name and account."""
    return f"{row.name}（{row.user}）" if row.user != row.name else row.name


def about_text(row: AuditRow) -> str:
    """Return what it was about: an incident's number, else the id of what was changed."""
    if row.number or row.entity not in _NAMED:
        return row.number
    return row.id


_NAMED = frozenset({"user", "account", "area", "unit", "list", "place", "response"})
"""Entities whose ids are known to people."""


def field_text(told: Told) -> tuple[str, str]:
    """Return a field of a payload as its name and what it says."""
    if told.text is None:
        return field_name(told.name), say(SEALED if told.is_sealed else WITHHELD)
    return field_name(told.name), _value(told.name, told.text)


def field_name(name: str) -> str:
    """Return what a field of a payload is called; its bare name for one of a later version."""
    return FIELD_WORDS.get(name, name)


def detail_lines(detail: AuditDetail) -> list[tuple[str, str]]:
    """Return an op field by field: who, when, where, what, then its payload."""
    row = detail.row
    roles = "、".join(ROLE_NAMES.get(role, role) for role in detail.roles)
    site, epoch, seq = row.ref
    withheld = sum(told.text is None and not told.is_sealed for told in detail.fields)
    return [
        (say("动作"), kind_text(row.kind)),
        (say("时间"), instant(row.at)),
        (say("人员"), f"{who_text(row)}  {roles}"),
        (say("工位"), row.station),
        (say("事件"), row.number),
        *(field_text(told) for told in detail.fields if told.text is not None or told.is_sealed),
        (say("不显示"), say("{} 项内容").format(withheld) if withheld else ""),
        (say("记录名"), f"{site} {epoch} {seq}"),
        (say("链上摘要"), _in_groups(detail.digest)),
        *([(say("状态"), say("暂存：缺前面的记录，或新版本的种类"))] if row.is_held else []),
    ]


def day_span(since: date | None, until: date | None) -> tuple[int | None, int | None]:
    """Return whole days as instants, the end excluded."""
    return (
        day_start(since) if since else None,
        day_start(until + timedelta(days=1)) if until else None,
    )


def _in_groups(digest: str) -> str:
    """Return a digest in groups of eight: it breaks over lines, and is compared by eye."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _value(name: str, text: str) -> str:
    words: Mapping[str, str] = _VALUES.get(name, {})
    if name == "sha256":
        return _in_groups(text)
    return "、".join(words.get(part, part) for part in text.split("；"))


_VALUES: dict[str, Mapping[str, str]] = {
    "from": STATE_NAMES,
    "to": STATE_NAMES,
    "roles": ROLE_NAMES,
    "form": FORM_NAMES,
}
