"""Every word the program says in Chinese, and how times and limits are written.

`db` is wordless: codes come from there, sentences are made here. No Qt, so that the command line
and the printed sheets speak the same words as the window.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from db.domain.errors import GridDeskError
from desktop.language import Sentences, Words, say

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAYS_SHORT = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

STATE_NAMES = Words(
    {
        "draft": "草稿",
        "reported": "待受理",
        "verifying": "核实中",
        "returned": "退回补充",
        "accepted": "待分流",
        "dispatched": "待签收",
        "handling": "处置中",
        "paused": "挂起",
        "checking": "待核查",
        "closed": "已结案",
        "archived": "已归档",
        "rejected": "不予受理",
        "void": "作废",
        "merged": "已并案",
    }
)
ACTION_NAMES = Words(
    {
        "report": "上报",
        "self_handle": "自办自结",
        "accept": "受理",
        "return": "退回补充",
        "reject": "不予受理",
        "ask_verify": "交核实",
        "verify_result": "登记核实结果",
        "merge": "并案",
        "unmerge": "撤销并案",
        "dispatch": "分流交办",
        "add_unit": "加派单位",
        "withdraw_unit": "撤下单位",
        "sign": "签收",
        "refuse": "退单",
        "feedback": "反馈",
        "finish_step": "完成一步",
        "check_pass": "核查通过",
        "check_fail": "返工",
        "ask_pause": "申请挂起",
        "resume": "恢复办理",
        "ask_extend": "申请延期",
        "escalate": "上报上级",
        "ask_skip": "申请越级",
        "send_down": "下派",
        "recall": "撤回交办",
        "reclass": "改类",
        "ask_reclass": "申请改类",
        "ask_void": "申请作废",
        "ask_force_close": "申请强制结案",
        "ask_unmerge": "申请撤销并案",
        "approve": "批准申请",
        "decline": "驳回申请",
        "withdraw": "撤回申请",
        "callback": "回访",
        "reopen": "重办",
        "archive": "归档",
        "district_update": "来源更新",
        "mend": "系统理顺",
        "supervise": "督办",
        "reply": "答复督办",
        "block": "写卡点",
        "note": "备注",
        "set_secrecy": "定密级",
        "attach": "附件",
    }
)
KIND_NAMES = Words(
    {
        "incident_reported": "上报",
        "incident_self_handled": "自办自结",
        "incident_accepted": "受理",
        "incident_returned": "退回补充",
        "incident_rejected": "不予受理",
        "verification_asked": "交核实",
        "incident_verified": "核实结果",
        "incident_merged": "并案",
        "incident_unmerged": "撤销并案",
        "duplicate_added": "并入一件",
        "duplicate_moved": "改并到别件",
        "duplicate_removed": "移出一件",
        "outcome_shared": "随主件办结",
        "incident_dispatched": "分流交办",
        "unit_added": "加派单位",
        "unit_withdrawn": "撤下单位",
        "assignment_signed": "签收",
        "assignment_refused": "退单",
        "feedback_given": "反馈",
        "step_finished": "完成一步",
        "check_passed": "核查通过",
        "check_failed": "返工",
        "pause_asked": "申请挂起",
        "incident_resumed": "恢复办理",
        "extension_asked": "申请延期",
        "incident_escalated": "上报上级",
        "skip_asked": "申请越级",
        "incident_sent_down": "下派",
        "incident_recalled": "撤回交办",
        "incident_reclassed": "改类",
        "reclass_asked": "申请改类",
        "void_asked": "申请作废",
        "force_close_asked": "申请强制结案",
        "unmerge_asked": "申请撤销并案",
        "application_approved": "批准",
        "application_declined": "驳回",
        "application_withdrawn": "撤回申请",
        "callback_recorded": "回访",
        "incident_reopened": "重办",
        "incident_archived": "归档",
        "card_raised": "督办",
        "card_replied": "答复督办",
        "escalation_raised": "自动督办",
        "loop_mended": "系统理顺",
        "block_noted": "写卡点",
        "note_added": "备注",
        "secrecy_set": "定密级",
        "source_updated": "来源更新",
        "caller_viewed": "查看来电人",
        "caller_erased": "删除来电人信息",
        "attachment_added": "加附件",
        "conflict_resolved": "定分歧",
        "decision_undone": "撤销",
    }
)
SOURCE_NAMES = Words(
    {
        "grid": "网格上报",
        "hotline12345": "12345",
        "online": "网络",
        "visit": "来访",
        "leader": "领导交办",
        "patrol": "巡查",
        "sensor": "感知设备",
        "district": "区级下派",
        "phone": "电话",
    }
)
URGENCY_NAMES = Words({"normal": "一般", "urgent": "紧急", "critical": "特急"})
URGENCY_MARKS = {"normal": "—", "urgent": "◆", "critical": "▲"}
OUTCOME_NAMES = Words(
    {
        "resolved": "已解决",
        "partial": "部分解决",
        "explained": "解释说明",
        "not_true": "不属实",
        "out_of_scope": "超职责",
        "transferred": "转出",
    }
)
PERMISSION_NAMES = Words(
    {
        "define_users": "维护人员",
        "define_areas": "维护区划和边界",
        "define_units": "维护单位",
        "define_posts": "维护网格岗位",
        "define_places": "维护重点场所",
        "publish_list": "发布清单",
        "take_positions": "更新队伍位置",
        "write_stick": "写出交换文件",
        "settle_fact": "定分歧",
        "set_policy": "改安全策略",
        "reset_password": "重置口令",
        "reset_factor": "重置动态码",
        "unlock_account": "解锁账号",
        "prove_erasure": "查看删除证明",
        "set_emergency_code": "更换应急码",
        "see_accounts": "查看账号",
        "grant_room_key": "授予指挥室密钥",
        "renew_room_key": "更换指挥室密钥",
        "keep_key": "改密钥的存放、换密钥、换恢复码",
        "enrol": "登记到交换服务",
        "let_in_station": "发登记码",
        "revoke_station": "停用站点",
        "read_audit": "查看审计",
        "export_audit": "导出审计",
        "export_found": "导出查询结果",
        "export_many_callers": "导出较多来电人",
        "export_table": "导出事件表",
        "export_journal": "导出日志",
        "erase_caller": "删除来电人信息",
        "export_callers": "导出来电人",
        "print_secret": "打印涉密事件",
        "rotate_keys": "更换密钥",
        "believe": "收下身份卡",
        "resolve": "定分歧",
        "claim": "认领",
    }
)
"""What is done that is no action on an incident, or none of the table's."""
SATISFACTION_NAMES = Words({"very": "非常满意", "ok": "满意", "basic": "基本满意", "no": "不满意"})
SOLVED_NAMES = Words({"yes": "已解决", "partial": "部分解决", "no": "未解决"})
LEVEL_NAMES = Words({"grid": "网格", "village": "村社", "town": "镇街", "district": "区级"})
CARD_NAMES = Words({"urge": "催办", "yellow": "黄牌", "red": "红牌", "black": "黑牌"})
TRIGGER_NAMES = Words(
    {
        "used_percent": "时限已用",
        "unsigned": "未签收",
        "late": "超时",
        "reworked": "返工",
        "reopened": "重办",
        "recurrence": "同处复发",
        "reply_missed": "逾期未回复",
        "returned": "退回未补",
    }
)
NOTIFY_NAMES = Words(
    {
        "unit_liaison": "部门联络员",
        "unit_head": "单位负责人",
        "town_leader": "镇街分管领导",
        "room_director": "综合指挥室主任",
        "duty_officer": "值班员",
    }
)
FINDING_NAMES = Words({"exist": "情况属实", "not_exist": "情况不存在", "unable": "无法核实"})
APPLICATION_NAMES = Words(
    {
        "pause": "挂起",
        "extend": "延期",
        "void": "作废",
        "force_close": "强制结案",
        "reclass": "改类",
        "skip": "越级上报",
        "unmerge": "撤销并案",
    }
)
APPLICATION_STATE_NAMES = Words(
    {
        "pending": "待审批",
        "approved": "已批准",
        "rejected": "已驳回",
        "withdrawn": "已撤回",
        "lapsed": "已失效",
    }
)
REASON_NAMES = Words(
    {
        # sent back to the reporter
        "no_place": "地点不清",
        "no_matter": "事由不清",
        "no_contact": "联系不上",
        "no_evidence": "缺少凭据",
        # not taken in
        "not_here": "不在本辖区",
        "repeated": "重复",
        "in_court": "已进入诉讼仲裁",
        "no_fact": "情况不属实",
        "not_ours": "不属受理范围",
        # refused by a unit
        "not_duty": "不属本单位职责",
        "not_area": "不在本单位管辖范围",
        "no_means": "本单位无力处置",
        # the clocks stand
        "material": "等材料",
        "weather": "等天气",
        "court": "等司法程序",
        "third_party": "等第三方",
        "returned": "退回补充",
        "merged": "并案",
        # void
        "test": "测试件",
        "wrong_entry": "录错",
        # what a unit was withdrawn for
        "withdrawn": "撤下",
        "recalled": "撤回交办",
        "escalated": "上报上级",
        "void": "作废",
        "closed": "强制结案",
        "other": "其他",
    }
)
"""Codes of reasons, of every action that gives one."""
STAGE_NAMES = Words(
    {
        "accept": "受理",
        "dispatch": "分流",
        "sign": "签收",
        "handle": "处置",
        "check": "核查",
        "callback": "回访",
        "verify": "核实",
        "resume": "挂起到期",
    }
)
MEDIA_NAMES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "image/heic": "HEIC",
    "audio/wav": "WAV",
    "audio/amr": "AMR",
    "audio/mp4": "M4A",
    "audio/aac": "AAC",
    "audio/mpeg": "MP3",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "text/plain": "TXT",
}
LIST_NAMES = Words(
    {
        "platforms": "平台",
        "classes": "事项分类",
        "limits": "时限",
        "responsibilities": "权责",
        "command": "指挥",
        "templates": "常用语",
        "escalation": "督办升级",
        "stages": "闭环阶段",
        "calendar": "日历",
        "options": "选项",
    }
)
RESPONSE_LEVEL_NAMES = Words(
    {"I": "I 级 红", "II": "II 级 橙", "III": "III 级 黄", "IV": "IV 级 蓝"}
)
LIMIT_UNIT_NAMES = Words(
    {
        "urgent_hour": "小时，连续计时",
        "work_hour": "工作时",
        "work_day": "工作日",
        "natural_day": "自然日",
    }
)
ASSIGNMENT_STATE_NAMES = Words(
    {
        "sent": "待签收",
        "signed": "处置中",
        "refused": "已退单",
        "fed_back": "已反馈",
        "withdrawn": "已撤回",
        "reworked": "返工中",
    }
)
PART_NAMES = Words({"lead": "主办", "co": "协办"})
ROLE_NAMES = Words(
    {
        "grid_worker": "网格员",
        "grid_head": "网格长",
        "village_clerk": "村社工作站",
        "duty_officer": "值班员",
        "dispatcher": "分流员",
        "shift_leader": "值班长",
        "supervisor": "督办员",
        "unit_liaison": "部门联络员",
        "room_director": "综合指挥室主任",
        "evaluator": "考核员",
        "auditor": "审计管理员",
        "admin": "系统管理员",
        "security_admin": "安全管理员",
        "system": "系统",
    }
)
POST_NAMES = Words(
    {"head": "网格长", "worker": "网格员", "guide": "网格指导员", "volunteer": "志愿者"}
)
FIELD_NAMES = Words(
    {
        "content": "内容",
        "title": "标题",
        "class_code": "事项分类",
        "urgency": "紧急程度",
        "source": "来源",
        "area_code": "网格",
        "address": "地址",
        "point": "位置",
        "reporter": "上报人",
        "opinion": "意见",
        "lead": "主办单位",
        "co": "协办单位",
        "task": "交办要求",
        "unit": "单位",
        "contact": "电话确认人",
        "text": "内容",
        "outcome": "办理结果",
        "public_reply": "公开答复",
        "close_rule_met": "结案条件已满足",
        "reached": "是否接通",
        "satisfaction": "满意度",
        "caller_name": "来电人",
        "caller_phone": "来电号码",
        "caller_note": "来电备注",
        "file": "附件",
        "reason": "原因",
        "finding": "核实结果",
        "not_duplicate": "看过，不是重复",
        "proposed": "建议单位",
        "result": "办理结果",
        "no_photo": "没有照片的原因",
        "until": "挂起到哪一天",
        "doc": "文号",
        "amount": "延长多少",
        "application": "哪一项申请",
        "solved": "是否解决",
        "card": "督办等级",
        # in dispute
        "state": "状态",
        "lead_unit": "主办单位",
        "news": "结案后的新情况",
        "undone": "没有生效的撤销",
        "number": "编号",
        "secrecy": "是否保密",
        "source_no": "来源编号",
        "source_unit": "来源单位",
        "source_status": "来源状态",
        "source_reply": "来源答复",
        "category": "来源分类",
        "caller": "来电人",
        "lon_e6": "经度",
        "lat_e6": "纬度",
        "precision": "定位精度",
        "level": "层级",
        "part": "主办或协办",
        "feedback": "反馈",
        "limit_factor": "时限折扣",
        "merged_into": "并入哪一件",
        "blocked_note": "卡点",
        "reply": "答复",
        "valid": "是否并案",
        "take": "选哪一个",
        "other": "或另定",
        "seen": "已看过",
        # of a list
        "approved_by": "批准人",
        "doc_no": "文号",
        "note": "说明",
    }
)
_FIELD_OF_ACTION = {
    ("return", "text"): "缺什么",
    ("ask_verify", "text"): "核实什么",
    ("verify_result", "text"): "看到的情况",
    ("merge", "lead"): "并入的编号",
    ("withdraw_unit", "text"): "为什么撤下",
    ("refuse", "text"): "退单理由",
    ("feedback", "text"): "处置情况",
    ("self_handle", "text"): "怎样办的",
    ("finish_step", "text"): "做了什么",
    ("check_fail", "text"): "哪里不合格",
    ("escalate", "text"): "为什么办不了",
    ("send_down", "text"): "交代什么",
    ("callback", "text"): "市民说什么",
    ("reopen", "text"): "为什么重办",
    ("set_secrecy", "text"): "为什么改密级",
    ("supervise", "text"): "督办要求",
    ("reply", "text"): "答复",
    ("block", "text"): "卡在哪里",
    **{
        (f"ask_{kind}", "text"): "申请理由"
        for kind in ("pause", "extend", "skip", "reclass", "void", "force_close", "unmerge")
    },
}
HOLIDAY_NAMES = Words(
    {
        "weekend": "周末",
        "holiday": "放假",
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明节",
        "Labour Day": "劳动节",
        "Dragon Boat Festival": "端午节",
        "Mid-autumn Festival": "中秋节",
        "National Day": "国庆节",
        "Anti-Fascist 70th Day": "抗战胜利纪念日",
    }
)
SECRECY_NAMES = Words({"0": "否", "1": "内部", "2": "保密"})
CHOICE_NAMES: dict[str, Mapping[str, str]] = {
    "secrecy": SECRECY_NAMES,
    "urgency": URGENCY_NAMES,
    "source": SOURCE_NAMES,
    "outcome": OUTCOME_NAMES,
    "result": OUTCOME_NAMES,
    "satisfaction": SATISFACTION_NAMES,
    "solved": SOLVED_NAMES,
    "reason": REASON_NAMES,
    "finding": FINDING_NAMES,
    "level": LEVEL_NAMES,
    "card": CARD_NAMES,
    "application": APPLICATION_NAMES,
}
"""Field -> code -> word: one code may read otherwise in another field."""

MESSAGES: dict[str, tuple[str, str]] = {
    # rules
    "state_forbids": ("“{state}”的事件不能{action}", "此时能做的见详情里的按钮。"),
    "sign_in_wrong": ("账号、口令或动态码不对", "请重新输入；多次输错会锁定账号。没有改动。"),
    "factor_used": (
        "这个动态码已经用过",
        "请等手机上换了下一个（最多三十秒），连同口令重新输入。没有改动。",
    ),
    "account_locked": (
        "{name} 的账号已锁定到 {until}",
        "输错次数太多。请等到时间，或请安全管理员解锁。",
    ),
    "account_without_password": ("{name} 还没有口令", "请安全管理员给一个一次性口令。"),
    "factor_needed": ("{name} 登录还要动态码", "请输入手机上显示的六位数字。"),
    "factor_wrong": ("动态码不对", "请看手机时间是否准确，等下一个数字再试。没有写入。"),
    "factor_missing": ("{name} 还没有设置动态码", "请本人先登录一次，按提示设置。"),
    "password_expired": (
        "{name} 的口令要先更换",
        "请本人登录窗口，按提示换；或在终端用 griddesk users password。",
    ),
    "password_own": ("只能更换自己的口令", "别人的口令由安全管理员重置。"),
    "password_short": ("口令太短", "至少 {minimum} 个字符。原口令没有改动。"),
    "password_long": ("口令太长", "至多 {limit} 个字符。原口令没有改动。"),
    "password_kinds": (
        "口令的字符种类太少",
        "小写、大写、数字、其他字符里至少用 {minimum} 种。原口令没有改动。",
    ),
    "password_same_letters": (
        "口令里重复的字符太多",
        "至少 {minimum} 个不同的字符。原口令没有改动。",
    ),
    "password_named": ("口令里不能有账号或姓名", "请换一个。原口令没有改动。"),
    "password_used": ("最近 {count} 次用过的口令不能再用", "请换一个。原口令没有改动。"),
    "room_key_waits": (
        "本工位还不能核对口令",
        "还没有收到指挥室密钥。请在另一工位授予本工位密钥，同步后再登录；数据没有改动。",
    ),
    "claimed_already": ("本数据已有管理员", "请用已有账号登录；没有写入。"),
    "claim_demo": ("演示数据不能转为正式数据", "请另建一个数据目录（griddesk init）。"),
    "claim_elsewhere": (
        "本工位属于已有的指挥室",
        "第一个管理员在最先建立的工位上设置；同步后这里就能登录。",
    ),
    "claim_not_admin": ("{value} 已在名单里，但不是系统管理员", "请另取一个账号名。没有写入。"),
    "emergency_wrong": ("应急码不对", "请对照纸上重新输入；没有改动。"),
    "emergency_spent": ("应急码已被 {name} 用过", "请安全管理员换一个新的。"),
    "policy_bounds": (
        "{column}：{value} 超出范围",
        "应在 {least} 到 {most} 之间。原策略没有改动。",
    ),
    "roles_apart": (
        "这些角色不能由一个人兼任：{roles}",
        "系统管理员、安全管理员、审计管理员互不兼任，也不兼办事件。没有写入。",
    ),
    "roles_own": ("{name} 不能改自己的角色和范围", "请由另一位管理员来改。没有写入。"),
    "roles_not_yours": ("{name} 不能改角色和范围", "已有安全管理员，由安全管理员来改。没有写入。"),
    "last_keeper": (
        "{name} 是最后一位能登录的管理员",
        "请先任命另一位并让其登录，否则谁也进不来。没有写入。",
    ),
    "user_exists": (
        "账号 {value} 已经有了",
        "要改这个人，请用“修改”或 griddesk users change；没有写入。",
    ),
    "user_others": (
        "账号 {value} 是别人或别的工位定的",
        "请以系统管理员或安全管理员的身份改；没有写入。",
    ),
    "accounts_elsewhere": (
        "本工位在等指挥室的账号，不能在这里改",
        "人员、口令、安全策略请在已有的工位上改；同步并得到密钥以后，这里也能改。没有写入。",
    ),
    "policy_unknown": ("看不懂 {value}", "写成 名=数，可用的名：{known}。原策略没有改动。"),
    "password_needed": (
        "要输入口令，这里没有终端",
        "请在终端里执行，或把口令写进只有本人能读的文件，用 {variable} 指明。",
    ),
    "secret_file_unreadable": ("读不了口令文件：{path}", "请检查路径和权限；没有改动。"),
    "secret_file_open": (
        "口令文件别人也能用：{path}",
        "文件要属于本人，权限改为仅本人可读（chmod 600）；没有改动。",
    ),
    "secret_file_odd": ("{path} 不能当口令文件", "要普通文件，不超过 {limit} 字节；没有改动。"),
    "second_needs_terminal": ("第二个人要在终端输入口令", "请在终端里执行；没有写入。"),
    "user_key_wrong": (
        "账号名 {value} 不能用",
        "用字母、数字、点、横线，不超过 48 个字符，不能是 system、emergency。",
    ),
    "user_secrecy_wrong": ("保密级别 {value} 不对", "只能是 0、1、2。"),
    "second_person_needed": (
        "{action}需要两个人",
        "请另一位来确认，需要角色：{roles}。还没有写入。",
    ),
    "second_person_same": ("第二个人不能是 {name} 自己", "{action}需要另一位来确认。没有写入。"),
    "second_person_forbidden": ("{name} 不能确认{action}", "需要角色：{roles}。没有写入。"),
    "permission_unknown": ("程序内部错误：没有登记的权限 {value}", "请把日志交给技术人员。"),
    "purpose_needed": ("还没有写用途", "请写明这份文件做什么用；没有导出。"),
    "export_too_many": ("超过 {most} 件，没有导出", "请加条件，分几次导出。"),
    "export_nothing": ("没有可以导出的事件", "请先查到事件再导出。"),
    "file_exists": ("已有这个文件：{path}", "没有覆盖，也没有导出。请换个名称。"),
    "audit_number": ("没有编号 {value} 的事件", "请核对编号，要写全。"),
    "op_unknown": ("这条记录不在本机：{site} {epoch} {seq}", "可能还没有同步到；请刷新再试。"),
    "audit_file_alien": ("这不是 GridDesk 导出的审计文件", "没有核对出任何内容。"),
    "audit_file_cut": ("审计文件不全：没有结尾的签名", "请重新取一份。"),
    "audit_file_changed": ("审计文件被改动过：内容与摘要不符", "不能当作依据，请重新取一份。"),
    "audit_file_signature": ("审计文件的签名不对", "不能当作依据，请重新取一份。"),
    "audit_file_key": (
        "签名的不是核对的那把密钥，文件用的是 {key}",
        "请向导出的工位问清密钥编号；在此之前不能当作依据。",
    ),
    "role_forbids": ("{name} 没有{action}的权限", "需要角色：{roles}。"),
    "incident_unknown": ("没有找到事件 {value}", "请核对编号；也可能不在您的管辖范围内。"),
    "unit_not_waiting": ("该单位没有待办的交办", "请核对单位，或刷新后再试。"),
    "not_your_unit": ("不能代其他单位办理", "这件交办给了另一个单位。"),
    "checker_is_handler": ("处置单位不能核查自己的事件", "请由其他督办员核查。"),
    "close_rule_unmet": ("结案条件未满足，不能核查通过", "请核对结案条件，满足后勾选。"),
    "callbacks_used_up": ("回访已满 {limit} 次", "可以直接归档。"),
    "callback_pending": ("回访未完成，不能归档", "已回访 {attempts} 次；接通或满 3 次后可归档。"),
    "limit_missing": ("时限清单缺少 {class_code} 的{stage}时限", "请管理员补充时限清单。"),
    "phone_tail_wrong": (
        "号码尾号要正好四位数字",
        "没有查询，也没有记录；请重新输入电话的最后四位。",
    ),
    "search_unnamed": (
        "请给这个查找起名，最多 {most} 个字",
        "没有保存；查找的条件还在。",
    ),
    "searches_full": (
        "常用查找已有 {most} 个",
        "没有保存；请先删除不用的。",
    ),
    "view_too_long": (
        "视图的名字和词各最多 {most} 个字",
        "没有存；列表还是这样筛着，请写短些再存。",
    ),
    "views_full": (
        "您的视图已有 {most} 个",
        "没有存；请先在左侧选一个不用的，按 Delete 删除。",
    ),
    "search_too_long": (
        "查找的词太多，最多 {most} 个",
        "没有查询；请减少空格隔开的词，或把它们连起来写。",
    ),
    # taking in, merging, levels
    "level_forbids": (
        "{name} 不能{action}{level}一级的事件",
        "没有改动。由那一级的人办；本级办不了的按 U 上报，该下一级办的按 Shift+U 下派。",
    ),
    "level_highest": ("已经在最高一级", "没有改动。不能再往上报。"),
    "level_lowest": ("已经在网格一级", "没有改动。不能再往下派。"),
    "level_not_above": ("{value}不在{level}的上面", "没有改动。请选更高的一级，或留空报上一级。"),
    "level_skipped": (
        "一般事件不能越级报到{value}",
        "没有改动。请留空报上一级，或按 . 选“申请越级”请值班长批准。",
    ),
    "area_outside": ("{value} 不在原来的区划里面", "没有改动。请选本区划以内的村社或网格。"),
    "send_back_too_late": (
        "12345 工单超过 {limit} 个工作日，退不回去了",
        "没有改动。请受理后答复，或请值班长处理。",
    ),
    "self_handle_not_allowed": (
        "这一类事项不能自办自结",
        "没有写入，已填的还在。请按 N 上报，由镇街受理。",
    ),
    "class_unchanged": ("分类和紧急程度没有变", "没有写入。请选另一个分类，不改就按 Esc。"),
    "duplicates_unseen": (
        "可能和 {values} 是同一件事",
        "没有受理，已填的还在。看过不是重复的，勾“看过，不是重复”；是重复的，按 Esc 再按 M 并案。",
    ),
    "merge_with_itself": ("不能并到自己", "没有改动。请填另一件事件的编号。"),
    "merge_across_towns": (
        "{value} 是另一个镇街的事件，不能并到它",
        "没有改动。并案只在同一个镇街之内；跨镇街的请分别下派。",
    ),
    "lead_not_open": ("{value} 是“{state}”，不能并到它", "没有改动。请并到还在办的那一件。"),
    "lead_unknown": ("找不到并入的那一件", "没有改动。它可能还没有收到，或不在您的管辖范围内。"),
    # units
    "nobody_to_sign": ("没有等签收的单位", "没有改动。都已签收、反馈或撤下了。"),
    "refused_twice": (
        "已退单 {limit} 次，{name} 不能再派",
        "没有改动。请值班长指定单位，指定后不能再退。",
    ),
    "no_responsibility": (
        "权责清单没有规定{area}的这一类由谁办，{name} 不能派",
        "没有改动。请值班长指定单位，派出时记为权责缺口；村社一级的先按 U 上报。",
    ),
    "refusals_used_up": (
        "已退单 {limit} 次，这次由值班长指定，不能再退",
        "没有改动。办不了的，请申请挂起或延期，或与值班长联系。",
    ),
    "refuse_too_late": (
        "交办超过 {limit} 个工作日，不能退单",
        "没有改动。请签收办理，或与分流员联系改派。",
    ),
    "unit_proposes_itself": ("建议的不能是退单的单位自己", "没有写入，已填的还在。请另选一家。"),
    "unit_has_it": ("这家单位已经在办", "没有改动。请选别的单位。"),
    "lead_must_remain": ("主办单位不能撤下", "没有改动。要换主办，请在签收前按 Z 撤回，重新分流。"),
    "recall_signed": (
        "已有单位签收，不能撤回",
        "没有改动。多派了的，按 Shift+Z 撤下协办单位；派错了的，请单位退单。",
    ),
    "reclass_by_leader": (
        "已经交办，{name} 不能改类",
        "没有改动。请值班长改类，或按 Shift+Q 申请改类。",
    ),
    "granted_already": (
        "已经批准的申请不能定为驳回",
        "批准已经生效。请定为“已批准”；要停下来的，另按相应的键（挂起的按 Shift+H 恢复）。",
    ),
    "undo_nothing": (
        "没有 {name} 可以撤销的一步",
        "没有改动。只能撤销自己在这件事件上办的最后一步；看过来电人不算一步。",
    ),
    "undo_overtaken": (
        "{value} 后来有了新的一步：{name}，{kind}，不能再撤销",
        "没有改动。请用反过来的动作（撤回、返工、重办、撤销并案等），或写备注告诉值班长。",
    ),
    "undo_signed": ("两人办理的不能一个人撤销", "请两人再办一次改回来。没有改动。"),
    "secrecy_same": ("已经是这个密级", "没有写入。"),
    "actor_stale": (
        "{name} 的登录已失效",
        "账号、角色有变，或应急时间已到。请重新登录。",
    ),
    "undo_first": (
        "登记不能撤销",
        "没有改动。登记错了的，按 Shift+X 申请作废，由另一人批准。",
    ),
    "undo_too_late": (
        "已经过了 {minutes} 分钟，不能再撤销",
        "没有改动。请用反过来的动作（撤回、返工、重办、撤销并案等），或写备注告诉值班长。",
    ),
    "undo_along": (
        "这一步是 {value} 那件带来的",
        "没有改动。请到 {value} 上撤销，这一件会一起还原。",
    ),
    "undo_printed": (
        "{value} 已经打印过，不能再撤销",
        "没有改动。纸上已经写了这一步；请用反过来的动作改，再打印一张。",
    ),
    "claim_held": (
        "{name} 已经认领，从 {since} 起",
        "没有改动。要接过来的，请明确接手；对方会看到。",
    ),
    "claim_yours": ("您已经认领了，从 {since} 起", "没有改动。不办了的，再按一次放下。"),
    "claim_none": ("{name} 没有认领这一件", "没有改动。只能放下自己认领的。"),
    "claim_not_open": ("已经了结的事件不用认领", "没有改动。"),
    "nothing_astray": ("没有要理顺的", "没有改动。程序只理顺断线时两处各办一半的事件。"),
    "recall_by_sender": ("{name} 不是派出的人，不能撤回", "没有改动。请派出的人或值班长撤回。"),
    "no_step_running": ("没有在走的分步时限", "没有改动。办完了请按 F 反馈。"),
    "step_is_last": (
        "“{value}”是最后一步，随反馈一起登记",
        "没有改动。办完了请按 F 反馈，时限到那时才停。",
    ),
    "photo_missing": (
        "这一类要有处置后的照片",
        "没有写入，已填的还在。按 Esc 收起，按 E 加照片再来；拍不了的，写明没有照片的原因。",
    ),
    "reopen_too_late": ("结案超过 {limit} 天，不能重办", "没有改动。请按 N 登记一件新的。"),
    "no_card_waits": ("没有等答复的督办牌", "没有改动。催办不用答复。"),
    # applications
    "no_application": ("没有待审批的申请", "没有改动。可能别人刚批过，按 F5 再看。"),
    "application_pending": (
        "已有一项{kind}申请在等审批",
        "没有写入。请等审批；要改的，先按 . 选“撤回申请”。",
    ),
    "application_unclear": ("有几项申请：{choices}", "没有改动。请选是哪一项。"),
    "application_of_other": ("这是 {name} 提的申请", "没有改动。请本人撤回，或由值班长驳回。"),
    "decides_own_application": ("{name} 不能审批自己的申请", "没有改动。要两个人：请另一人审批。"),
    "pause_over": ("申请挂起的日期已经过了", "没有改动。请驳回；还要挂起的，请单位重新申请。"),
    "pause_too_long": (
        "挂起要到今天或以后，最长 {limit} 天",
        "没有写入，已填的还在。请改日期，到期不够再申请。",
    ),
    "extend_after_due": ("已经超时，不能申请延期", "没有写入。请尽快办结；确实停着的，申请挂起。"),
    "extension_stale": (
        "申请延期以后时限已经换过，不能照原样批准",
        "没有改动。请驳回；还要延期的，请单位重新申请。",
    ),
    "children_remain": (
        "还有事件并在里面，不能作废",
        "没有改动。请先在那几件上按 Shift+M 撤销并案，再批准。",
    ),
    "extensions_used_up": ("已延期 {limit} 次，不能再延", "没有写入。请尽快办结，或申请挂起。"),
    "extend_too_long": (
        "最多再延一个原时限：{limit}",
        "没有写入，已填的还在。请改小。",
    ),
    "caller_hidden": ("{name} 没有查看来电人的权限", "需要值班、分流、督办角色。"),
    "caller_unknown": ("这件事件没有来电人信息", ""),
    "caller_gone": (
        "{value} 没有可删除的来电人信息",
        "没有登记过，或者已经删除。griddesk erased 可以查看删除情况。",
    ),
    "caller_elsewhere": (
        "{value} 的来电人信息是镇街的，这里没有删除",
        "请该镇街的安全管理员删除；删除以后交换到这里，这里的一份也就删掉。",
    ),
    "erasure_none": ("{value} 没有删除过来电人信息", "没有可证明的。"),
    "attachments_full": ("这件事件已有 {limit} 个附件", "没有再加；最要紧的已在里面。"),
    "attachment_duplicate": (
        "“{file}”已经在这件事件里了",
        "是同一个文件，在里面叫“{other}”；没有再加一份。",
    ),
    "attachment_unknown": ("事件 {value} 没有这个附件", "请刷新后再试。"),
    "attachment_locked": (
        "本站点打不开这个附件",
        "没有指挥室密钥，或附件已被删除；密钥请在指挥室另一台工位上授权。",
    ),
    "conflict_settled": (
        "“{column}”没有分歧，或已经有人定了",
        "没有写入。请按 F5 再看事件 {value}。",
    ),
    "conflict_changed": (
        "“{column}”刚刚又来了一种说法",
        "没有写入。请按 Esc 收起，再按 Y，看过全部说法再定。",
    ),
    "conflict_not_offered": ("“{column}”只能在列出的说法里选", "没有写入。请按数字选一个。"),
    "conflict_not_plain": (
        "“{column}”要看过以后单独定",
        "没有写入。请在“分歧”页选中这一件，按数字选一个。",
    ),
    "conflict_side": (
        "“{column}”那一边没有说法，或者有两种",
        "没有写入。请在“分歧”页选中这一件，按数字选一个。",
    ),
    "conflict_twice": ("选了一个，又另写了一个", "没有写入。请只留一样，再确认。"),
    "passphrase_short": ("口令太短", "请至少输入 {minimum} 个字符。"),
    # fields
    "action_unknown": ("没有动作 {value}", "可用的动作：{known}。"),
    "field_unknown": ("没有字段 {column}", "可用的字段：{known}。"),
    "field_missing": ("请填写“{column}”", "填写后再确认，已填内容不会丢失。"),
    "field_too_long": ("“{column}”超过 {limit} 字", "请缩短后再确认。"),
    "field_choice": ("“{column}”不能是 {value}", "可选：{choices}。"),
    "field_class": ("没有编码为 {value} 的事项分类", "请从分类清单中选择。"),
    "field_unit": ("没有编码为 {value} 的单位", "请从单位清单中选择（griddesk list --units）。"),
    "field_units": ("没有编码为 {value} 的单位", "请从单位清单中选择（griddesk list --units）。"),
    "field_incident": (
        "没有编号为 {value} 的事件",
        "没有写入，已填的还在。请核对编号；也可能不在您的管辖范围内。",
    ),
    "field_day": ("“{column}”不是日期：{value}", "没有写入。请写成 2026-12-01。"),
    "field_number": ("“{column}”要是 1 到 10000 的整数", "没有写入。现在写的是 {value}。"),
    "field_area": ("没有编码为 {value} 的网格", "请从网格清单中选择。"),
    "area_too_wide": ("网格要选到村社或网格", "{value} 太大，派出去没有人认领。"),
    "phone_found": (
        "“{column}”里有电话号码",
        "存下来的名称和条件不加密，请删去号码再存；按尾号查来电人用查询页的“来电尾号”。",
    ),
    "list_cell_identity": ("“{column}”里有证件号", "本系统不保存证件号，请删去。"),
    "id_number_found": ("“{column}”里有证件号", "本系统不保存证件号，请删去后再确认。"),
    "content_too_short": ("内容太短", "请至少写 {minimum} 个字。"),
    "place_missing": ("请填写网格或地址", "两者至少填一个，才能派得出去。"),
    "feedback_too_short": ("反馈内容太短", "请至少写 {minimum} 个字，说明怎样处置、结果如何。"),
    "contact_missing": ("请填写电话里确认的人", "代 {unit} 办理时，要记下是谁在电话里确认的。"),
    "user_unknown": ("没有用户 {value}", "用 griddesk list --users 查看用户。"),
    "town_code_malformed": ("区划代码 {value} 不对", "应为 9 位镇街代码或 6 位区县代码。"),
    "station_code_malformed": ("工位代码 {value} 不对", "应为两位字母或数字，如 A1。"),
    "area_code_malformed": ("区划代码 {value} 不对", "应为 6、9、12 或 15 位数字。"),
    "area_level_mismatch": ("区划代码 {value} 与层级 {level} 不符", "请核对清单。"),
    "area_twice": ("区划清单第 {row} 行的 {value} 与第 {first} 行重复", "没有写入；请删去一行。"),
    "area_parent_wrong": (
        "区划清单第 {row} 行：{value} 的上级不是 {parent}",
        "没有写入；代码的前几位就是上级的代码，请核对。",
    ),
    "area_parent_missing": (
        "区划清单第 {row} 行：没有 {value} 的上级 {parent}",
        "没有写入；请先补上上级。",
    ),
    "area_name_missing": ("区划 {value} 没有名称", "请核对清单。"),
    "limit_row_malformed": ("时限清单第 {row} 行“{column}”不对：{value}", "请核对清单。"),
    "calendar_hours_malformed": (
        "工作时间不对：{value}",
        "应像 08:00-12:00,14:00-18:00，先后排好、不重叠、不能全空。没有写入。",
    ),
    "calendar_row_malformed": (
        "节假日表第 {row} 行“{column}”不对：{value}",
        "没有写入任何内容。日期应像 2027-10-01，休息写 1，上班写 0。",
    ),
    "calendar_day_twice": (
        "节假日表第 {row} 行的 {value} 前面写过，写的不一样",
        "没有写入任何内容。请只留一行。",
    ),
    "calendar_year_empty": (
        "节假日表是空的",
        "空表会把节日当成工作日，没有写入。请换一份写有放假和调休的表。",
    ),
    "deadline_beyond_calendar": (
        "这个时限算不出到期时间",
        "没有写入，数据没有丢失。日历只到 {value} 年；请核对时限清单和本机时间。",
    ),
    "list_row_malformed": ("清单 {path} 第 {row} 行不对：{reason}", "请核对清单，未写入任何内容。"),
    "list_kind_unknown": ("没有“{value}”这种清单", "可用的清单：{known}。"),
    "list_refused": (
        "{kind}清单有 {count} 处错误，没有发布",
        "原来的清单照常使用；请按错误清单改好再导入。",
    ),
    "list_unchanged": ("与生效的{kind}清单相同，没有发布", "没有改动，不需要新版本。"),
    "list_moved": (
        "检查以后，又有人发布了{kind}清单，没有发布",
        "没有写入。请对照新版本再看一遍改动，别丢了别人改的行，再发布。",
    ),
    "list_backdated": ("生效日期早于今天，没有发布", "办过的事件不倒算；请选今天或以后。"),
    "list_day_malformed": ("日期 {value} 不对", "请写成 2026-12-01。"),
    "list_version_unknown": ("{kind}清单没有版本 {value}", "请看 griddesk lists versions。"),
    "list_empty": ("清单里没有一行", "没有写入；请检查文件和表头。"),
    "list_column_missing": ("缺少“{column}”这一列", "没有写入；可先导出现行清单，照它的表头填。"),
    "list_column_unused": ("“{column}”这一列用不上", "已略过，其余照常。"),
    "list_cell_missing": ("“{column}”不能为空", "请补上。"),
    "list_cell_too_long": ("“{column}”超过 {limit} 字", "请缩短。"),
    "list_cell_malformed": ("“{column}”不能是 {value}", "请照现行清单的写法改。"),
    "list_word_unknown": ("“{column}”不能是 {value}", "可选：{choices}。"),
    "list_row_twice": ("与第 {first} 行重复", "请删去一行。"),
    "list_reference_unknown": ("“{column}”指的 {value} 不存在", "请核对代码，或先补上那张清单。"),
    "list_platform_used": (
        "平台 {value} 还有分类在用，不能去掉",
        "请先发布改过的分类清单，再去掉这个平台。",
    ),
    "list_prefix_wrong": ("代码 {value} 应以 {prefix} 开头", "请核对代码和平台。"),
    "list_limit_missing": ("缺少全部事项的“{stage}”时限", "请加一行：分类和紧急程度都填 *。"),
    "list_step_gap": ("序号是 {value}，应为 {wanted}", "序号从 1 开始，不跳号、不重号。"),
    "list_state_twice": ("状态“{state}”已在前面的阶段里", "每个状态只归一个阶段，请删去一处。"),
    "list_state_missing": ("“{view}”里没有安排状态“{state}”", "每个状态都要归一个阶段，请补上。"),
    "list_year_empty": ("{year} 年没有一个休息日", "请补上这一年的节假日安排。"),
    "list_unit_without_area": (
        "单位“{value}”没有任何地区和事项",
        "每个单位至少要有一行权责：做主办或协办。补上这一行，或先把单位从单位清单里去掉。",
    ),
    "list_class_unserved": ("{value} 没有全镇的责任单位", "可以发布；这类事件要由人选单位。"),
    "list_command_missing": (
        "指挥清单里没有单位“{value}”平时的一行",
        "可以发布；调度卡上这家单位只有值班电话。",
    ),
    "list_class_left": ("{value} 不在清单里了，别的清单还用到它", "可以发布；请接着改那张清单。"),
    "list_view_left": ("阶段视图 {value} 不在清单里了", "可以发布；选用它的会改用五级。"),
    "list_unreadable": ("读不了清单 {path}：{reason}", "应为 UTF-8 的 CSV 文件。"),
    # attached files
    "field_file": ("附件不能当作文字填写", "请在窗口里按 E，或用 griddesk attach 编号 文件。"),
    "attachment_type": (
        "“{file}”不能作为附件",
        "可以加：图片（JPEG、PNG、GIF、WebP、HEIC）、录音（MP3、M4A、AAC、WAV、AMR）、"
        "文档（PDF、DOCX、XLSX、TXT）。程序、脚本、网页不收。",
    ),
    "attachment_too_large": (
        "“{file}”超过 {limit} MB，没有加入",
        "每个文件最大 20 MB；请缩小后再加。",
    ),
    "attachment_empty": ("“{file}”是空文件，没有加入", "请核对原文件。"),
    "blob_missing": (
        "附件的文件还没有到本机",
        "记录没有丢失；在放它的那台工位上可以打开。",
    ),
    "blob_damaged": (
        "附件的文件损坏，打不开",
        "记录没有改动。请联系技术员从备份或另一台工位取回。",
    ),
    # the record
    "record_missing": (
        "数据目录里没有数据：{path}",
        "什么都没有改动。数据在另一块磁盘上的，请先接好；以前用过的，"
        "请从备份还原（griddesk restore）；新装的，用 griddesk init 建立。",
    ),
    "record_exists": ("数据目录里已有数据：{path}", "不会覆盖。请换一个目录（GRIDDESK_HOME）。"),
    "site_incomplete": (
        "数据目录缺少说明文件 site.json：{path}",
        "数据文件没有动，没有丢失。以前用过的，请从备份里取回 site.json 放到原处，或从备份还原；"
        "刚建立时中断的，请把目录改名留存，再重新建立。",
    ),
    "record_in_use": (
        "数据正被另一个{what}使用（{since} 起，进程 {pid}，用户 {user}，主机 {host}）",
        "没有写入，数据没有丢失。请用已打开的那个，或先关闭它再试。",
    ),
    "record_emptied": (
        "数据文件里的记录全都不见了：{path}",
        "没有改动任何文件。请不要重新建立；请技术员从备份恢复，或从服务取回。",
    ),
    "record_unmerged": (
        "数据的最新部分还没有并入，不能在只读目录里打开：{path}",
        "数据没有丢失，也没有改动。请把整个目录复制到能写的本机磁盘再打开。",
    ),
    "site_mismatch": (
        "站点说明和数据不是同一个站点的：{path}",
        "没有写入任何内容，数据没有丢失。请把原来的 site.json 和数据文件放回同一个目录。",
    ),
    "record_not_encrypted": (
        "数据文件没有加密，拒绝打开：{path}",
        "这不是本程序的数据文件。没有改动，没有丢失。请核对数据目录；"
        "本程序的数据可从备份还原（griddesk restore）。",
    ),
    "record_busy": ("数据文件正忙", "请稍候再试，已保存的内容没有丢失。"),
    "record_damaged": (
        "数据文件有损坏",
        "文件保持原样，没有删除。请用“修复”（griddesk repair）：坏的留存，"
        "能读出的和备份里的都取回。",
    ),
    "record_unreachable": ("打不开数据文件", "请检查磁盘和目录权限；文件没有改动。（{detail}）"),
    "record_read_only": ("数据以只读方式打开", "这个命令不能写入。"),
    "record_closed": ("程序正在关闭，没有写入", "请重新打开后再试。"),
    "record_error": ("数据库报错", "这一步没有写入，之前保存的没有丢失。（{detail}）"),
    "disk_full": ("磁盘已满，这一步没有做成", "之前保存的没有丢失。请清理磁盘后再试一次。"),
    "disk_readonly": ("磁盘变成只读，这一步没有保存", "之前保存的没有丢失。请联系技术员。"),
    "disk_error": ("磁盘读写出错，这一步没有保存", "之前保存的没有丢失。请尽快联系技术员。"),
    "record_paused": (
        "磁盘只剩 {free} MB，已暂停写入",
        "已保存的没有丢失，仍可查询和导出。请清理磁盘，有了空间会自动恢复。",
    ),
    "record_damaged_paused": (
        "数据有损坏，已改为只读",
        "没有再写入，以免扩大；仍可查询和导出。请技术员在“备份”页或用 griddesk repair 修复。",
    ),
    "number_twice": (
        "编号 {value} 有两件事件，没有办理",
        "两台相同的机器各登记过一件，都在。命令里请改用内部编号：{found}；窗口里请从列表里选。",
    ),
    "incident_in_doubt": (
        "事件 {value} 的显示可能有误，先不能办理",
        "已记的都在日志里，没有丢失。请技术员重建数据表；重建不好的，请联系开发人员。",
    ),
    "rebuild_cancelled": ("重建已中止", "日志没有改动，已重建的部分有效，下次接着重建。"),
    "check_cancelled": ("检查已中止", "数据没有改动，下次接着检查。"),
    "schema_newer": (
        "数据来自更新的版本（{found}）",
        "没有改动，没有丢失。请安装新版本再打开；急用可先读出来（griddesk export-ops）。",
    ),
    "schema_older": ("数据需要升级（{found}）", "没有改动。请先打开一次窗口完成升级。"),
    "sqlite_too_old": ("数据库组件太旧（{found}）", "请重新安装程序。"),
    "home_on_network": (
        "数据目录在网络共享上，没有打开：{path}",
        "共享（{kind}）上可能损坏数据，所以不在那里打开；什么都没有改动。请放到本机磁盘，"
        "工位之间用同步。",
    ),
    "home_readonly": (
        "数据目录只能读，没有打开：{path}",
        "数据没有丢失，也没有改动。请检查磁盘是否只读、目录是否归本人，再重新打开。",
    ),
    "home_unwritable": (
        "数据目录不能写：{path}",
        "没有写入，原有的没有丢失。请检查权限和磁盘，或用 GRIDDESK_HOME 换一个目录。",
    ),
    "site_file_damaged": (
        "站点说明文件损坏：{path}",
        "数据文件没有动，没有丢失。请从备份里取回 site.json 放到原处，"
        "或从备份还原（griddesk restore）。",
    ),
    "file_unwritable": ("文件写不进去：{path}", "请检查磁盘空间和权限。（{detail}）"),
    # backups
    "work_cancelled": ("已中止", "没有写入任何内容，原来的数据没有改动。"),
    "backup_folder_unset": ("还没有指定备份目录", "请在“数据与备份”里选择，或用 --to 指定。"),
    "backup_folder_missing": (
        "备份目录不在：{path}",
        "数据没有丢失。U 盘请插好；程序不会自己建这个目录。插好以后会自动补做。",
    ),
    "backup_inside_home": ("备份不能放在数据目录里面：{path}", "请选另一块磁盘或 U 盘上的目录。"),
    "backup_running": ("另一个备份正在进行", "等它做完再试；数据没有改动。"),
    "backup_record_damaged": (
        "数据有 {count} 处损坏，没有备份",
        "以前的备份都留着，没有清理。请停止录入，先修复（griddesk repair）。",
    ),
    "backup_bad": (
        "备份没有通过核对，不能用：{path}",
        "数据没有丢失，别的备份没有改动。请换一个备份，或换一块盘再做。（{detail}）",
    ),
    "backup_format": ("备份的格式不认识（{found}）", "请安装新版本再用；备份没有改动。"),
    "backup_unlisted": (
        "备份的说明文件损坏，数据文件在：{path}",
        "没有改动。请选别的备份；没有别的，把这个目录原样留着，交技术员。",
    ),
    "backup_unknown": ("这里没有备份：{path}", "请选 U 盘、备份目录，或其中一个备份。"),
    "backup_locked": (
        "这台机器没有这个备份的密钥",
        "请输入纸上的恢复码；没有恢复码，就要在原来的机器上还原。备份没有改动。",
    ),
    "recovery_missing": (
        "这个备份没有恢复码",
        "只有原来那台机器的密钥或口令能打开它。备份没有改动。",
    ),
    "code_malformed": (
        "恢复码应为 6 组、每组 5 个字母或数字",
        "请对照纸上重新输入；没有数字 0 和 1。备份没有改动。",
    ),
    "code_wrong": ("恢复码不对", "请对照纸上重新输入；备份没有改动。"),
    "medium_full": (
        "空间不够：{path}",
        "没有写完的已删去，别的备份和数据都没有改动。请清理或换一块盘。",
    ),
    "medium_small_files": (
        "这块盘放不下大于 4 GB 的文件：{path}",
        "数据和别的备份没有改动。请把盘格式化为 exFAT 或 NTFS，或换一块盘。",
    ),
    "medium_error": (
        "写不进去：{path}",
        "没有写完的不会当作备份，数据没有改动。请检查盘是否插好、能不能写。（{detail}）",
    ),
    "response_role": ("{name} 不能启动或结束这一级响应", "需要角色：{roles}。没有改动。"),
    "response_factor": ("时限比例 {value} 不能用", "请填 1 到 100：50 就是减半。没有启动响应。"),
    "response_unknown": (
        "没有正在进行的响应 {value}",
        "griddesk response list 列出启动过的响应和名称。没有改动任何东西。",
    ),
    "repair_needless": ("数据没有损坏，不用修复", "没有改动任何文件。"),
    "repair_impossible": (
        "没有可用的备份，损坏的文件里也读不出记录",
        "文件原样留着。登记过交换服务的，可另建工位（init --join）取回；否则请联系开发人员。",
    ),
    # keys
    "key_wrong": (
        "打不开数据文件：密钥不对，或文件损坏、不是本程序的数据",
        "文件没有改动，没有丢失。请核对密钥来源和文件，不要删除，必要时从备份恢复。",
    ),
    "key_file_missing": (
        "找不到密钥文件：{path}",
        "数据没有改动，没有丢失，但没有密钥打不开。请把密钥文件放回原处，"
        "或凭恢复码从备份还原（griddesk restore）。",
    ),
    "key_file_open": ("密钥文件别人也能读：{path}", "请把权限改为仅本人可读（chmod 600）。"),
    "key_file_exists": ("已有密钥文件，不能新建：{path}", "文件没有改动。请核对目录后再建立。"),
    "key_place_same": ("密钥已经是这样保存的", "没有改动。方式有：keyring、passphrase、file。"),
    "station_revoked": (
        "工位 {value} 已被停用，不能给它密钥",
        "没有写入任何内容。它要再用，请先重新登记。",
    ),
    "key_store_silent": (
        "系统密钥库 {seconds} 秒没有回答",
        "数据没有改动，没有丢失。请看桌面上有没有要求解锁的提示，解锁后再试；"
        "还不行，重新登录桌面。",
    ),
    "key_store_missing": (
        "系统密钥库不可用",
        "数据没有改动，没有丢失。请登录桌面会话并解锁密钥库后再试。",
    ),
    "passphrase_needed": ("需要口令才能打开数据", "请在窗口中输入，或用 {variable} 指定口令文件。"),
    "passphrase_wrong": ("口令不对", "请重新输入；数据没有改动。"),
    "room_key_missing": (
        "本站点没有指挥室密钥，不能登记来电人和附件",
        "请在指挥室另一台工位上授权本站点。",
    ),
    # ops
    "op_too_large": ("内容太大，没有保存", "单次写入不能超过 {limit} 字节，请缩短文字。"),
    "op_malformed": ("收到的记录格式不对", "已保留原样，没有应用。"),
    "gap": ("收到的记录不连续", "缺少第 {expected} 条起的记录，会自动补取。"),
    "fork": (
        "同一站点出现两份不同的记录",
        "两份都已保留，下次交换自动处理。反复出现时，请技术员核对站点是否被复制。",
    ),
    "chain_broken": ("收到的记录校验不一致，已拒绝", "没有写入任何内容。请对方重新发送。"),
    # files
    "file_missing": ("找不到文件“{file}”", "文件可能已被移动或改名，请重新选择。"),
    "file_unreadable": ("读不了文件“{file}”", "请检查权限，或关闭正在使用它的程序后重试。"),
    "file_empty": ("“{file}”是空文件", "请重新导出后再导入。"),
    "file_too_large": ("“{file}”超过 64 MB", "请按日期分成几个文件导入。"),
    "file_unpacks_too_large": ("“{file}”解压后过大，已拒绝打开", "请重新导出或另存后再试。"),
    "file_old_xls": ("“{file}”是旧版 .xls 文件", "请用表格软件打开，另存为 .xlsx 后导入。"),
    "file_encrypted": ("“{file}”有密码", "请去掉密码另存后导入。"),
    "file_damaged": ("“{file}”已损坏", "请重新导出或另存后再试。"),
    "file_is_web_page": ("“{file}”其实是网页", "请用表格软件打开，另存为 .xlsx 后导入。"),
    "file_not_table": ("“{file}”不是表格文件", "可导入 .xlsx 和 .csv。"),
    "encoding_unknown": ("认不出“{file}”的文字编码", "请另存为 UTF-8 的 CSV 或 .xlsx。"),
    "file_has_nul_bytes": ("“{file}”不是文本表格", "文件里有空字节，请重新导出。"),
    "quotes_unbalanced": ("第 {row} 行前后引号不成对", "为免吞掉后面的工单，整个文件未导入。"),
    "cell_too_long": ("第 {row} 行有单元格太长", "请缩短到 32,768 字以内，或检查引号是否成对。"),
    "too_many_rows": ("“{sheet}”超过 20 万行", "请分成几个文件导入。"),
    "too_many_columns": ("“{sheet}”第 {row} 行超过 256 列", "请删去多余的列。"),
    "column_unknown": ("“{sheet}”没有第 {column} 列", "请重新打开文件。"),
    "id_column_stays_dropped": ("“{column}”是证件号，不导入", "本系统不保存证件号，不能改作他用。"),
    "mapping_does_not_fit": ("“{sheet}”的列名与所选对应方式不符", "请重新识别列名。"),
    "error_file_not_written": ("错误清单“{file}”没有存下来", "请检查磁盘空间和权限，或换个位置。"),
    "not_orders": ("“{file}”里没有工单列表", "没有找到标题、内容等列；可在导入页面手工指定。"),
    "too_few_examples": (
        "“{file}”里标好分类的只有 {count} 条，不够分成 {folds} 份",
        "没有改动任何内容；请换一份多些的表，或用 --folds 少分几份。",
    ),
    "classing_column_missing": (
        "“{file}”的头一行里没有“{column}”",
        "没有改动任何内容；请核对 --text、--content、--label 写的列名。",
    ),
    "date_column_missing": ("“{file}”里没有受理时间列", "可在导入页面指定哪一列是时间。"),
    "columns_shifted": ("“{file}”的列与列名错位，没有导入", "请核对原文件。"),
    "sheet_empty": ("“{file}”里没有内容", "请核对文件。"),
    "sheet_skipped": ("“{file}”的表都选择了不导入", "可在导入页面重新勾选。"),
    "printer_refused": ("打印机 {name} 没有接收", "请检查打印机；PDF 可以另存后再打。"),
    "day_malformed": ("日期 {value} 不对", "请写成 2026-11-23。"),
    "user_needed": ("没有指定以谁的身份", "请加 --as，或设置 {variable}。"),
    "station_unknown": ("没有工位 {value}", "用 griddesk enrol --stations 查看。"),
    "runner_closed": ("程序正在关闭", "没有写入；请重新打开后再试。"),
    # the ground
    "crs_unknown": ("没有选坐标系", "没有写入。请问清数据用的是哪一种：{known}。"),
    "geo_not_json": ("“{file}”不是 GeoJSON 文件", "没有写入。请从地图软件导出为 GeoJSON。"),
    "geo_json_broken": (
        "“{file}”第 {line} 行第 {at} 个字读不懂，在第 {number} 个图形",
        "没有写入。可能没有导出完整；请从地图软件重新导出。",
    ),
    "geo_not_number": (
        "“{file}”第 {number} 个图形里有 {value}，不是数",
        "没有写入。在第 {line} 行第 {at} 个字；请在地图软件里修好这个图形，重新导出。",
    ),
    "geo_not_features": (
        "“{file}”里没有图形",
        "没有写入。要的是 FeatureCollection；请从地图软件重新导出。",
    ),
    "geo_too_large": ("“{file}”超过 {limit} MB", "没有写入。请按村社分成几个文件，或先简化边界。"),
    "geo_too_many_features": ("“{file}”里的图形超过 {limit} 个", "没有写入。请分成几个文件。"),
    "geo_too_many_points": (
        "“{file}”的边界点超过 {limit} 个",
        "没有写入。请分成几个文件，或先简化边界。",
    ),
    "geo_feature_malformed": ("不是一个图形", "请核对文件，或重新导出。"),
    "geo_not_polygon": ("不是面（{value}）", "边界只认 Polygon 和 MultiPolygon。"),
    "geo_no_shape": ("没有图形（geometry 是空的）", "请在地图软件里画上，或删去这一个。"),
    "file_value_missing": ("“{column}”是空的", "请在文件里补上，再导入一次。"),
    "file_value_long": ("“{column}”超过 {limit} 字", "请在文件里缩短，再导入一次。"),
    "file_value_count": (
        "“{column}”要是不带符号的整数，现在是：{value}",
        "请在文件里改正，再导入一次。",
    ),
    "file_name_missing": ("{value} 没有名称", "文件里没有，本机也没有；请在文件里补上。"),
    "geo_coordinates_malformed": ("坐标不成形", "请核对文件，或重新导出。"),
    "geo_feature_too_large": ("边界点超过 {limit} 个", "请先在地图软件里简化边界。"),
    "geo_ring_short": ("不足三个不同的点，围不成面", "请在地图软件里重画。"),
    "geo_swapped": ("经度和纬度好像写反了：{value}", "应先经度、后纬度。"),
    "geo_nowhere": ("坐标不是经纬度：{value}", "可能是投影坐标；请导出为经纬度（度）。"),
    "geo_self_crossing": ("边界自己和自己相交，在 {value}", "请在地图软件里修好这一处。"),
    "geo_parts_cross": ("同一区域的几块互相重叠，在 {value}", "请在地图软件里修好这一处。"),
    "geo_code_property_missing": ("看不出哪个属性是编码", "没有写入。请指定，有这些：{known}。"),
    "geo_property_unknown": ("文件里没有属性“{value}”", "没有写入。有这些：{known}。"),
    "geo_code_twice": ("{value} 与第 {first} 个重复", "请删去一个；两块地请并成一个图形。"),
    "geo_parent_unknown": ("{value} 没有上级 {parent}", "请核对代码，或先导入上级。"),
    "field_count": ("“{column}”要是不带符号的整数：{value}", "请改正。"),
    "geo_area_new": ("{count} 个编码本机没有，按新增处理：{value}", "请核对编码有没有写错。"),
    "geo_name_new": ("{count} 个名称会改：{value}", "不想改的，把名称属性选成空的。"),
    "geo_winding": ("{count} 个边界是顺时针画的，已改为逆时针", "不影响使用。"),
    "geo_parts_left": (
        "{value} 有几块，只留最大的一块",
        "另 {count} 块共 {square_metres} 平方米没有收进来。",
    ),
    "geo_holes_left": (
        "{value} 里面的 {count} 个洞没有收进来",
        "共 {square_metres} 平方米，图上按填满显示。",
    ),
    "geo_simplified": (
        "{value} 的边界点从 {corners} 个减到 {kept} 个",
        "最多移动 {metres} 米；邻界处可能有窄缝。",
    ),
    "geo_overlap": ("重叠 {square_metres} 平方米：{value}", "在 {at} 附近；请核对边界。"),
    "geo_gap": ("{square_metres} 平方米没有划进网格：{value} 一带", "在 {at} 附近；请核对边界。"),
    "geo_outside": (
        "{square_metres} 平方米在上级 {parent} 之外：{value}",
        "在 {at} 附近；请核对边界。",
    ),
    "geo_area_missing": ("{value} {name} 没有边界", "文件里没有，本机原来也没有；请补上。"),
    "geo_not_compared": ("{value} 下面的边界没能互相比较", "请在地图软件里检查拓扑。"),
    "geo_more_misfits": ("另有 {count} 处重叠或缝隙没有列出", "请先改好列出的，再导入一次。"),
    "geo_crs_doubtful": (
        "按 {crs} 读入，会比原有的中心点偏 {metres} 米",
        "按 {advised} 读入最接近；请问清坐标系再应用。",
    ),
    "geo_far_off": (
        "这些边界离原有的中心点 {metres} 米",
        "三种坐标系都对不上；请核对是不是本镇街、是不是经纬度。",
    ),
    "tiles_malformed": ("“{file}”不是 MBTiles 底图，或已损坏", "地图照常使用，只是没有底图。"),
    "tiles_not_pictures": (
        "“{file}”里的不是图片（{value}）",
        "地图照常使用，只是没有底图。只认 PNG、JPEG、WebP 的栅格底图。",
    ),
    "place_code_malformed": ("场所编码 {value} 不对", "只用字母、数字、点和横线，最长 64 个。"),
    "place_tells_of_person": ("“{column}”里有身份证号", "没有写入。重点场所不记个人。"),
    "place_unknown": ("没有编码为 {value} 的重点场所", "用 griddesk places list 查看。"),
    "point_nowhere": ("经纬度不对", "经度 -180 到 180，纬度 -90 到 90；请核对。"),
    "point_malformed": ("“{column}”不是经纬度：{value}", "请写成度，如 125.001234。"),
    "position_unit_unknown": ("没有单位“{value}”", "请写代码或名称，见 griddesk list --units。"),
    "position_in_future": ("定位时间在将来", "请校准发送定位的设备的时钟。"),
    "position_time_malformed": ("“{column}”不是时间：{value}", "请写成 2026-11-23 14:30。"),
    # the exchange
    "hub_missing": ("本站点还没有登记交换服务", "请先用 griddesk enrol 服务地址 登记码。"),
    "hub_unreachable": ("连不上交换服务 {url}", "本机照常工作，待发的记录没有丢失，稍后自动重试。"),
    "hub_untrusted": ("交换服务的证书不受信任", "没有发出任何内容。请技术员核对证书（--ca）。"),
    "hub_silent": ("交换服务没有回答：{url}", "待发的记录没有丢失，稍后自动重试。"),
    "hub_changed": ("{url} 不是登记时的那个服务", "没有发出任何内容。请技术员核对后重新登记。"),
    "hub_protocol": ("交换服务的协议不同（{found}）", "请更新程序；待发的记录没有丢失。"),
    "hub_answer_odd": ("交换服务的回答不对", "待发的记录没有丢失，稍后自动重试。"),
    "hub_busy": ("交换服务正忙", "待发的记录没有丢失，稍后自动重试。"),
    "hub_full": ("交换服务磁盘已满", "待发的记录没有丢失。请通知区级技术员。"),
    "hub_database_unreachable": (
        "数据库没有回答（{detail}）",
        "已经答复收下的没有丢失，各站点会再发。请查 PostgreSQL 开没开、地址和口令对不对。",
    ),
    "hub_database_refused": (
        "数据库开着，但不让这个用户进",
        "没有写入任何内容。请核对 --store 里的用户、口令，以及 pg_hba.conf、最大连接数。",
    ),
    "hub_database_absent": (
        "数据库开着，但没有 --store 里写的那个库，或不让进那个库",
        "没有写入任何内容。请核对库名；新装的，先用 createdb 建立。",
    ),
    "hub_workstation": (
        "{path} 是工位的数据目录，不能当作交换服务",
        "没有改动任何内容。请给服务另写一个目录；要用工位为本室交换，用 griddesk room。",
    ),
    "hub_store_needed": (
        "{path} 属于一个记录在 PostgreSQL 里的服务",
        "没有改动任何内容，没有丢失。请加 --store postgresql://用户@主机:端口/数据库。",
    ),
    "hub_not_plain": (
        "{url} 有回应，但不是不加密的交换服务",
        "没有发出任何内容。多半是加密的端口：请把地址写成 https://…。",
    ),
    "host_elsewhere": ("本机没有 {host} 这个地址", "请核对 --host；各处都听，写 0.0.0.0。"),
    "certificate_without_key": (
        "证书 {path} 没有私钥",
        "没有启动。请加 --tls-key 写明私钥文件。",
    ),
    "publish_cell": (
        "清单 {path} 第 {row} 行的“{column}”缺少或不对",
        "服务没有启动。每行要有 code（分类代码）和 name（名称）两列。",
    ),
    "station_ambiguous": ("有几个工位的代码都是 {value}", "没有改动。请改写站点编号。"),
    "hub_database_unsafe": (
        "数据库没有打开 fsync 或 full_page_writes，断电会丢记录",
        "服务没有启动，没有写入任何内容。请改好 PostgreSQL 的配置再启动。",
    ),
    "hub_driver_missing": (
        "本机没有安装 PostgreSQL 的驱动",
        "服务没有启动。请安装带 district 的程序包，或不用 --store。",
    ),
    "hub_key_missing": (
        "{path} 里没有这个数据库里服务的密钥",
        "没有写入任何内容。请把第一台服务的数据目录整个拷来再启动。",
    ),
    "hub_record_missing": (
        "数据库里没有 {path} 这个服务",
        "没有写入任何内容。请核对 --store；数据库重建过的，先还原备份。",
    ),
    "hub_rotate_file": (
        "记录在 PostgreSQL 里的服务还不能换密钥",
        "没有改动。怀疑密钥泄露，请另建服务，各站点重新登记。",
    ),
    "hub_store_malformed": (
        "数据库地址不对",
        "没有写入任何内容。应为 postgresql://用户@主机:端口/数据库。",
    ),
    "hub_failed": ("交换服务出错（{status}）", "待发的记录没有丢失，稍后自动重试。"),
    "hub_refused": ("交换服务拒绝（{status} {found}）", "待发的记录没有丢失。请联系技术员。"),
    "hub_url_malformed": ("服务地址 {value} 不对", "应为 https://主机:端口。"),
    "hub_url_insecure": (
        "服务地址 {value} 没有加密",
        "请用 https；确在自己的局域网里可加 --plain。",
    ),
    "peer_untrusted": (
        "{url} 的签名密钥不是本室工位的",
        "没有发出任何内容。请技术员核对地址和对方的指纹。",
    ),
    "enrol_declined": (
        "没有收下，什么也没有改",
        "指纹不一致的，请先查明应答的是谁；核对一致再登记。",
    ),
    "peer_unknown": (
        "{url} 不是本室认识的工位",
        "没有发出任何内容。先在服务登记，或互相用登记码登记。",
    ),
    "peer_unnamed": ("没有写明过地址 {value}", "写明的地址见 griddesk peers --add。"),
    "revoke_elsewhere": (
        "本工位是在别处登记的，不能自己停用别的工位",
        "请在交换服务，或在发登记码的那个工位上停用。",
    ),
    "room_has_hub": (
        "本室有交换服务，工位不发登记码",
        "请由服务一方发登记码（enrol --new-code）。",
    ),
    "enrol_code_unknown": ("登记码不对", "请核对；登记码由服务一方发放。"),
    "enrol_code_used": ("登记码已经用过", "每个登记码只能用一次，请再领一个。"),
    "enrol_code_expired": ("登记码已过期", "请再领一个。"),
    "station_taken": (
        "工位代码 {station} 已被占用",
        "请用另一个代码重新建立本站点（init --station）。",
    ),
    "enrol_code_town": ("登记码不属于本站点的镇街", "请核对区划代码，或再领一个登记码。"),
    "request_malformed": ("请求格式不对", "没有写入任何内容。请更新程序。"),
    "wrong_town": ("有记录不属于本镇街，服务没有接收", "其他记录照常交换。请联系技术员。"),
    "town_outside_hub": ("{value} 不在这个服务的范围内", "服务的范围是 {district}。"),
    "unknown_key": ("交换服务不认识本站点", "请重新登记；待发的记录没有丢失。"),
    "key_revoked": ("本站点已被停用", "待发的记录没有丢失。请联系区级技术员。"),
    "key_mismatch": ("站点 {site} 的签名密钥与登记的不同", "没有写入任何内容。请联系技术员。"),
    "stale_nonce": ("交换会话已过期", "稍后自动重试。"),
    "request_slow": ("发送太慢，服务没有等到", "待发的记录没有丢失，稍后自动重试。请检查线路。"),
    "blob_offset": ("附件要从第 {expected} 字节接着传", "没有写入任何内容，会自动接着传。"),
    "token_missing": ("要看服务的情况，需要口令", "用户名随意，密码是口令文件里的一行。"),
    "status_closed": (
        "只能在服务那台机器上看",
        "没有改动任何内容。启动时加 --status-token 才能从别处看。",
    ),
    "export_token": (
        "取事件表的口令不对",
        "没有给出任何内容。口令在服务那台机器上发：griddesk hub --new-token。",
    ),
    "export_busy": (
        "事件表正在被取，或者这一小时取得太多",
        "没有给出任何内容。一次取一份，一小时最多 12 份，过一会儿再取。",
    ),
    "export_days": (
        "日期不对：{first} 到 {last}",
        "没有写出任何内容。写成 2026-11-01 这样，先写早的。",
    ),
    "export_format": ("不能写成“{value}”", "没有写出任何内容。可以写成 csv、parquet。"),
    "export_changed": (
        "导出时数据变了，件数与先数的不同",
        "没写完的已删去，数据没有改动。请再导出一次。",
    ),
    "parquet_missing": (
        "这台机器没有装 pyarrow，写不出 Parquet",
        "没有写出任何内容。写成 CSV，或者安装：pip install 'griddesk[parquet]'。",
    ),
    "publish_hub": (
        "{path} 是服务自己的数据目录，里面没有可以公布的",
        "服务没有启动。--publish 要写一个工位的数据目录。",
    ),
    "status_token_short": (
        "口令文件 {path} 里的口令太短或太长",
        "服务没有启动。口令要 {limit} 个字符以上、不超过 200 个；删掉文件再启动会重新生成。",
    ),
    "bad_signature": (
        "签名不对，已拒绝",
        "没有写入任何内容。本机如果是用更换密钥以前的备份恢复的，请凭新的登记码重新登记；"
        "否则请联系技术员。",
    ),
    "chain_revoked": (
        "站点 {site} 已停用，它停用以后的记录没有接收",
        "停用前的记录都在；其他站点的记录照常交换。",
    ),
    "too_large": ("内容超过服务的限额（{limit}）", "请联系技术员。"),
    "rewound": (
        "交换服务比本机知道得更多",
        "本机可能是恢复的旧数据，没有丢失；下次交换会自动另起一段，并取回缺的记录。",
    ),
    "exchange_cancelled": ("交换已中止", "待发的记录没有丢失，下次接着交换。"),
    "chain_own": ("有人送来服务自己的记录，服务没有接收", "其他记录照常交换。请联系技术员。"),
    "chain_unknown": ("收到来历不明的记录", "没有写入任何内容。请对方重新发送。"),
    "unattested": ("收到的记录没有站点的签名", "没有写入；其他站点的记录照常交换。"),
    "attest_bad": ("收到的站点签名不对", "没有写入任何内容。请联系技术员。"),
    "envelope_mismatch": ("收到的来电人信封与记录不符", "没有写入任何内容。请联系技术员。"),
    "batch_too_large": ("批次太大，已拒绝", "单个批次不能超过 {limit} 字节。没有写入任何内容。"),
    "batch_magic": ("这不是网格指挥台的批次", "没有写入任何内容。请核对文件。"),
    "batch_truncated": ("批次不完整", "没有写入任何内容。请对方重新发送。"),
    "batch_format": ("批次格式不认识（{found}）", "没有写入任何内容。请更新程序。"),
    "batch_header": ("批次头不对", "没有写入任何内容。请对方重新发送。"),
    "snapshot_bad": (
        "服务备好的整份记录读不通",
        "没有写入读不通的部分，其余已照常逐批收取。再出现就告诉服务那边的技术员。",
    ),
    "batch_counts": ("批次内容与说明不符", "没有写入任何内容。请对方重新发送。"),
    "batch_bomb": ("批次解压后过大，已拒绝", "没有写入任何内容。请查明来源。"),
    "batch_frame": ("批次解不开", "没有写入任何内容。请对方重新发送。"),
    "batch_encrypted": ("批次是加密给别人的", "没有写入任何内容。"),
    "batch_for_other": ("批次是给另一个站点的", "没有写入任何内容。"),
    "bad_hash": ("批次校验不一致，已拒绝", "没有写入任何内容。请对方重新发送。"),
    "suite_unknown": (
        "记录用的签名算法本程序不认识",
        "这条链没有写入，对方留着，其他照常交换。请把收的一方升级到与对方相同的版本，再同步一次。",
    ),
    "unknown_alg": ("批次的签名算法不认识（{found}）", "没有写入任何内容。请更新程序。"),
    # the stick
    "stick_foreign": (
        "不认识这个文件：不是网格指挥台写的",
        "没有写入任何内容。请核对选的是哪个文件。",
    ),
    "stick_other_program": (
        "这是别的程序的文件（{found}），不是交换文件",
        "没有写入任何内容。交换文件的名称以 .gdx 结尾；表格请到“导入”。",
    ),
    "stick_other_kind": (
        "这是网格指挥台的另一种文件（{found}）",
        "没有写入任何内容。card 是身份卡，heads 是对账卡，stick 是交换文件。",
    ),
    "stick_older": (
        "文件是更旧的程序写的（格式 {found}），本程序读不了",
        "没有写入任何内容。请对方更新程序后再写一份。",
    ),
    "stick_newer": (
        "文件是更新的程序写的（格式 {found}），本程序还不认识",
        "不认识的没有写入，文件没有改动。请更新本机程序后再读这个文件。",
    ),
    "stick_cut": (
        "文件不完整：共 {parts} 部分，第 {part} 部分起没有了",
        "前面完好的可以收下，不会重复。请对方重新写一份。",
    ),
    "stick_damaged": (
        "文件第 {part} 部分损坏（共 {parts} 部分）",
        "前面完好的可以收下，不会重复。请对方重新写一份，最好换一个U盘。",
    ),
    "stick_header": ("交换文件的开头不对", "没有写入任何内容。请对方重新写一份。"),
    "stick_signature": (
        "交换文件的签名不对",
        "没有写入任何内容。文件可能被改动过，请对方重新写一份。",
    ),
    "stick_for_other": (
        "文件是写给另一个工位的，本工位打不开",
        "没有写入任何内容。请对方选择本工位再写一份。",
    ),
    "stick_own": ("这是本工位自己写出的文件", "没有写入任何内容，也不需要收。请交给对方读。"),
    "stick_sender_unknown": (
        "不认识写文件的工位 {station}（{town}）",
        "没有写入任何内容。请先收下对方的身份卡，并在电话里核对指纹。",
    ),
    "stick_sender_revoked": (
        "写文件的工位 {station} 已被停用",
        "没有写入任何内容。请联系区级技术员。",
    ),
    "stick_not_file": (
        "“{file}”不是普通文件",
        "链接、设备和文件夹都不读，没有写入任何内容。请选择文件本身。",
    ),
    "stick_unreadable": (
        "读不出文件 {file}",
        "已经收下的不会丢失。请检查U盘是否插好，再读一次。（{detail}）",
    ),
    "stick_full": (
        "U盘空间不够：{path}",
        "没有留下写了一半的文件，数据没有改动。请清理或换一个U盘。",
    ),
    "stick_readonly": (
        "U盘不能写：{path}",
        "没有留下写了一半的文件，数据没有改动。请检查写保护开关和权限，或换一个U盘。",
    ),
    "stick_gone": (
        "U盘不见了：{path}",
        "没有写完的不会当作交换文件，数据没有改动。请插好U盘，重新选目录再写。",
    ),
    "stick_error": (
        "U盘写不进去：{path}",
        "没有写完的不会当作交换文件，数据没有改动。请换一个U盘。（{detail}）",
    ),
    "stick_unproven": (
        "写好后从U盘读回来不一样：{path}",
        "写的文件已删去，数据没有改动。这个U盘不可靠，请换一个。",
    ),
    "stick_changed": (
        "写的时候记录有变动，没有写完",
        "没有留下写了一半的文件，数据没有丢失。请再写一次。",
    ),
    "stick_nothing": (
        "没有 {name} 还缺的记录",
        "没有写出文件。要重写一份完整的，请选“全部”。",
    ),
    "stick_file_damaged": (
        "文件里有一个附件损坏",
        "记录不受影响，附件可以再取。请对方重新写一份。",
    ),
    "stick_recipient_unknown": (
        "没有工位 {value}",
        "没有写出文件。用 griddesk stick list 看可以写给谁；没有的，先收对方的身份卡。",
    ),
    "hub_not_enrolled": (
        "本站点还没有向交换服务登记",
        "没有写出文件。请先凭登记码联网登记一次（griddesk enrol），以后才能用U盘送。",
    ),
    "stick_recipient_key": ("收件工位的密钥不能用", "没有写出文件。请重新收一次对方的身份卡。"),
    "card_bad": ("身份卡不对，或被改动过", "没有改动任何内容。请对方重新写一张。"),
    "card_own": ("这是本工位自己的身份卡", "没有改动任何内容。请交给对方。"),
    "card_town": (
        "身份卡属于 {town}，不在本站点的范围内",
        "没有改动任何内容。只收本镇街工位、所属区级和下属镇街的身份卡。",
    ),
    "card_fingerprint": (
        "指纹不一致，没有收下身份卡",
        "身份卡的指纹是 {value}。请打电话和对方逐组核对，不一致就不要收。",
    ),
    "heads_bad": ("对账卡不对，或被改动过", "没有改动任何内容。请对方重新写一张。"),
    "sign_key_missing": ("本站点没有签名密钥", "请联系技术员。"),
    "site_not_started": ("本站点的记录还没有开始", "请联系技术员。"),
    "grant_elsewhere": (
        "不能授权给外镇街的工位",
        "没有授权。指挥室密钥只能授给本镇街的工位，或本区级指挥中心的工位。",
    ),
    "grant_to_self": ("不能授权给本工位自己", "请指定另一个工位。"),
    "port_unavailable": ("端口 {port} 用不了", "可能已被占用；请换一个端口。"),
    "certificate_unreadable": ("读不了证书：{path}", "请检查文件和权限。"),
    "town_not_invented": ("演示镇的代码要以 99 开头：{value}", "演示数据不能用真实区划。"),
    "user_role_unknown": ("用户清单第 {row} 行的角色不认识：{value}", "可用的角色：{known}。"),
    "callback_not_needed": ("这件事件不需要再回访", "可以直接归档。"),
    "new_needs_report": (
        "新事件只能用 report 或 self_handle",
        "griddesk act new report --content … --address …",
    ),
    # bugs
    "sql_wrong": ("程序内部错误：查询不对", "没有写入。请联系技术员。（{detail}）"),
    "payload_has_float": ("程序内部错误：数值格式", "没有写入。请保存报告并联系技术员。"),
    "payload_too_deep": ("程序内部错误：层级过深", "没有写入。请保存报告并联系技术员。"),
}
"""code -> (title, hint); both are filled from the error's parameters."""
TROUBLES = {
    "disk_full": (
        "磁盘已满，暂时不能保存",
        "已保存的没有丢失，仍可查询和导出。请清理磁盘，有了空间会自动恢复。",
    ),
    "disk_readonly": (
        "磁盘变成只读，暂时不能保存",
        "已保存的没有丢失，仍可查询和导出。请联系技术员；磁盘恢复后会自动继续。",
    ),
    "disk_error": (
        "磁盘读写出错，暂时不能保存",
        "已保存的没有丢失，仍可查询和导出。请尽快备份并联系技术员；恢复后会自动继续。",
    ),
    "record_unreachable": (
        "找不到数据目录，暂时不能保存",
        "已保存的没有丢失。请检查磁盘是否脱开；接好后会自动继续，必要时重新打开程序。",
    ),
}
"""What a write has met and still holds -> (what is so, what to do), said until it is over."""

RENEWED = Sentences(
    {
        "restored": (
            "数据是恢复的旧数据，编号链另起一段",
            "现有的没有丢失，照常工作。恢复点以后的：登记了交换服务、发出过的会自动取回；没有登记的，"
            "只在较新的备份或原来的文件里，请技术员核对。",
        ),
        "copied": (
            "数据目录是复制或移动过来的，编号链另起一段",
            "没有丢失，照常工作。原来那份如还在用，两份的编号不会相同。",
        ),
        "witness_lost": (
            "本机的见证文件不见了或写不进去，编号链另起一段",
            "现有的没有丢失，照常工作。如果数据是恢复的，又登记了交换服务，"
            "恢复点以后发出过的会自动取回；没有登记的，请技术员核对备份。",
        ),
        "forked": (
            "本站点有两份数据各自记过事，两边的都已保留",
            "本机这边的已另起一段重新登记并发出，不用做什么。请技术员查明是否有复制的数据目录在用。",
        ),
        "branch_kept": (
            "另一工位有两份数据各自记过事，已以交换服务的为准",
            "本机收到过的另一份原样保留，没有丢失；那边会重新登记，随后自动收到。",
        ),
    }
)
"""Why a chain goes on in a new epoch, or gave way to another branch -> (title, hint)."""

WITNESS_ERROR = (
    "见证文件写不进去",
    "照常工作，没有丢失，但还原过的旧数据可能认不出来。请技术员检查见证目录的权限和空间。",
)

CLOCK_DOUBTS = Sentences(
    {
        "clock_behind": (
            "▲ 本机时间偏早",
            "时间早于上次的记录。照常工作，记录不丢；请校准本机时间。",
        ),
        "clock_ahead": (
            "▲ 本机时间偏晚",
            "时间远晚于上次的记录。照常工作，记录不丢；请校准本机时间。",
        ),
    }
)
"""What is odd about this machine's clock -> (text, hint)."""

HOLDER_NAMES = Words({"window": "窗口", "command": "命令", "hub": "交换服务"})

BACKUP_STEPS = Words(
    {
        "check": "核对数据",
        "copy": "复制",
        "blobs": "复制附件",
        "digest": "计算校验码",
        "read": "读回",
        "prove": "核对备份",
        "swap": "换上",
        "migrate": "改写数据结构",
        "rebuild": "重建数据表",
        "salvage": "读取损坏的文件",
    }
)
BACKUP_UNLISTED = "说明文件损坏，数据文件在"
LACKING_RESTORED = "▲ {} 个附件没有备份到，其余已还原。"
LACKING_IN_BACKUP = "▲ {} 个附件没有备份到，其余能还原。"
BACKUP_WARNINGS = Sentences(
    {
        "same_disk": (
            "备份和数据在同一块磁盘上。",
            "磁盘坏了会一起丢失，请换成 U 盘或另一块磁盘。",
        ),
        "no_recovery": (
            "还没有恢复码。",
            "这台机器坏了，备份就打不开。请生成恢复码，抄在纸上。",
        ),
    }
)


def describe(error: BaseException) -> tuple[str, str]:
    """Return the sentence of an error and what to do about it."""
    if isinstance(error, GridDeskError) and error.code in MESSAGES:
        title, hint = MESSAGES[error.code]
        words = _Words(error.params)
        return say(title).format_map(words), say(hint).format_map(words)
    # Its message may hold what somebody entered, and where this is printed it may be logged.
    kept = say("已保存的内容没有丢失。（{}）").format(type(error).__name__)
    return say("程序内部错误"), kept


class _Words(dict[str, Any]):
    """Parameters of an error in the words of the field; a missing one shows as a dash."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        super().__init__({name: _word(name, value, params) for name, value in params.items()})

    def __missing__(self, key: str) -> str:
        return "—"


_WORDS_OF: dict[str, Mapping[str, str]] = {
    "state": STATE_NAMES,
    "action": ACTION_NAMES | PERMISSION_NAMES,
    "level": LEVEL_NAMES,
    "roles": ROLE_NAMES,
    "stage": STAGE_NAMES,
    "what": HOLDER_NAMES,
    "kind": KIND_NAMES | LIST_NAMES | APPLICATION_NAMES,
    "value": LEVEL_NAMES,
}


def _word(name: str, value: Any, params: Mapping[str, Any]) -> str:
    column = str(params.get("column", ""))
    if name in ("since", "until"):
        return instant(value)
    if name == "column":
        return field_name(column, str(params.get("action", "")))
    if name == "limit" and params.get("unit") in LIMIT_UNIT_NAMES:
        return limit_text(params["unit"], value)
    words = CHOICE_NAMES.get(column, {}) if name == "choices" else _WORDS_OF.get(name, {})
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(words.get(str(item), str(item)) for item in value)
    return words.get(str(value), str(value))


def field_name(name: str, action: str = "") -> str:
    """Return what a field is called, in the form of an action perhaps otherwise."""
    special = _FIELD_OF_ACTION.get((action, name))
    return say(special) if special else FIELD_NAMES.get(name, name)


def local(at: int) -> datetime:
    """Return the local time of an instant in UTC milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(CHINA)


def instant(at: int | None) -> str:
    """Return an instant as `2026-11-23 14:32`, a dash for none."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at is not None else "—"


def day_text(at: int) -> str:
    """Return the day of an instant as `11 月 26 日 周四`."""
    then = local(at)
    weekday = say(_WEEKDAYS_SHORT[then.weekday()])
    return say("{} 月 {} 日 {}").format(then.month, then.day, weekday)


def clock_time(at: int) -> str:
    """Return the time of day as `14:32`."""
    return f"{local(at):%H:%M}"


def short_time(at: int, now: int) -> str:
    """Return the time of day today, month and day before that, the year before this one."""
    then, today = local(at), local(now)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    if then.year == today.year:
        return f"{then:%m-%d %H:%M}"
    return f"{then:%Y-%m-%d}"


def local_day(at: int) -> str:
    """Return a day as `2026年11月23日 星期一`."""
    then = local(at)
    weekday = say(_WEEKDAYS[then.weekday()])
    return say("{}年{}月{}日 {}").format(then.year, then.month, then.day, weekday)


def limit_text(limit_unit: str, amount: int) -> str:
    """Return a limit in words; `amount` is minutes for hour kinds, days for day kinds."""
    if not limit_unit.endswith("_hour"):
        return f"{amount} {LIMIT_UNIT_NAMES[limit_unit]}"
    if amount % 60:
        is_urgent = limit_unit == "urgent_hour"
        text = say("{} 分钟，连续计时") if is_urgent else say("{} 分钟，工作时间内")
        return text.format(amount)
    return f"{amount // 60} {LIMIT_UNIT_NAMES[limit_unit]}"


def span_text(milliseconds: int) -> str:
    """Return a length of time in the two largest units: `1 天 3 时`, `2 时 10 分`, `12 分`."""
    minutes = max(0, milliseconds) // 60_000
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        has_hours = hours and days < 10
        return say("{} 天 {} 时").format(days, hours) if has_hours else say("{} 天").format(days)
    if hours:
        return say("{} 时 {:02d} 分").format(hours, minutes)
    return say("{} 分").format(minutes)


def distance_text(metres: int) -> str:
    """Return a distance on the ground: `350 米`, `2.4 公里`."""
    is_near = metres < 1000
    return say("{} 米").format(metres) if is_near else say("{:.1f} 公里").format(metres / 1000)


def due_text(due_at: int | None, now: int) -> str:
    """Return how a deadline stands: `剩 12 分`, `超 26 分`, a dash for none."""
    if due_at is None:
        return "—"
    if due_at < now:
        return say("超 {}").format(span_text(now - due_at))
    return say("剩 {}").format(span_text(due_at - now))


def state_text(state: str, *, has_news: bool = False) -> str:
    """Return a state in words; one that closes says whether something happened beside it."""
    name = STATE_NAMES.get(state, state)
    if not has_news:
        return name
    from db.domain.branches import CLOSINGS  # lazy: off the start path

    if state not in CLOSINGS:
        return name
    settled = say("已办结") if state in ("closed", "archived") else name
    return say("{}·有新情况").format(settled)


def until_text(until_at: int | None) -> str:
    """Return the last day of a pause: `至 12-01`; it lasts to that day's end."""
    return say("至 {:%m-%d}").format(local(until_at - 1)) if until_at is not None else ""


def renamed_text(named_as: str, media: str) -> str:
    """Return the remark on a file whose name says another type than its bytes, empty if none."""
    if not named_as:
        return ""
    return say("名字写着 {}，其实是 {}").format(named_as, MEDIA_NAMES.get(media, media))


def stripped_text(count: int) -> str:
    """Return the remark that control characters were left out, empty if there were none."""
    return say("已去掉 {} 个看不见的控制字符").format(count) if count else ""


def size_text(size: int) -> str:
    """Return a size in bytes as `820 KB`, `3.4 MB`."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"
