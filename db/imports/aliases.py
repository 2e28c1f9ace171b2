"""Column titles of the files hotlines, message boards and 311 systems hand out, by our field.

The order inside a row is the preference where a file has several columns for one field.
"""

import re
import unicodedata
from typing import Final

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "source_no": (
        "工单编号", "工单号", "工单流水号", "留言编号", "诉求编号", "事件编号", "案件编号",
        "投诉编号", "信访编号", "受理编号", "登记编号", "来件编号", "信件编号", "任务号", "流水号",
        "单号", "案卷号", "编号", "record_number", "order_id", "order_no", "workordercode",
        "Unique Key", "SRNumber", "service_request_id", "case_number", "ticket_id",
        "id",
    ),
    "title": (
        "标题", "留言主题", "主题", "工单标题", "诉求标题", "事件标题", "事件名称", "案件标题",
        "来信标题", "问题标题", "eventName", "title", "subject", "summary",
    ),
    "content": (
        "主要内容", "投诉件内容", "留言详情", "工单内容", "诉求内容", "事件内容", "事件描述",
        "问题描述", "投诉内容", "反映内容", "来电内容", "来信内容", "留言内容", "诉求描述",
        "案件描述", "内容描述", "详细内容", "内容", "描述", "详情", "诉求", "eventContent", "desc",
        "description", "Problem Detail", "Descriptor", "content", "details", "受理备注", "补充内容",
        "补充说明", "备注", "Additional Details", "Descriptor 2", "remark",
    ),
    "category": (
        "分类", "工单分类", "事项分类", "问题分类", "诉求分类", "事件分类", "内容分类", "事件类型",
        "案件类型", "诉求类型", "问题类型", "工单类型", "一级分类", "大类名称", "大类", "类别",
        "性质", "来电类别", "受理类型", "eventSecondType", "eventFirstType", "case_name",
        "Complaint Type", "Problem", "RequestType", "SR_TYPE", "service_name", "category",
    ),
    "urgency": ("紧急程度", "紧急状态", "紧急级别", "缓急程度", "是否紧急", "urgency", "priority"),
    "secrecy": ("是否保密", "保密", "密级", "保密级别", "保密要求", "secrecy", "confidential"),
    "address": (
        "详细地址", "事发地址", "事发地点", "事件地址", "发生地址", "发生地点", "诉求地址",
        "问题地址", "事件地点", "具体地址", "具体位置", "地址", "地点", "位置", "河流", "河道",
        "place", "Incident Address", "STREET_ADDRESS", "Address", "ApproximateAddress",
        "location_address",
    ),
    "area_text": (
        "所属网格", "网格名称", "网格", "所属社区", "社区", "村社区", "村社", "所属街道", "街道",
        "镇街", "乡镇街道", "所属镇街", "所属区域", "事发区域", "区域", "区县", "所属区县",
        "行政区划", "gridName", "area", "Borough", "NCName", "COMMUNITY_AREA", "ward",
    ),
    "unit_text": (
        "办理单位", "承办单位", "主办单位", "处置单位", "责任单位", "处理单位", "办理部门",
        "承办部门", "答复单位", "回复单位", "处理部门", "责任部门", "主管部门", "di_title",
        "Agency Name", "Agency", "OWNER_DEPARTMENT", "AssignTo", "Owner", "agency_responsible",
        "department",
    ),
    "reported_at": (
        "受理时间", "来电时间", "登记时间", "留言时间", "上报时间", "投诉时间", "诉求时间",
        "反映时间", "来信时间", "提交时间", "创建时间", "建单时间", "生成时间", "发生时间",
        "事发时间", "受理日期", "登记日期", "来电日期", "上报日期", "留言日期", "时间", "日期",
        "happenTime", "create_time", "Created Date", "requested_datetime", "dispatchtime",
        "reported_at", "created_at", "date",
    ),
    "caller_name": (
        "来电人", "来电人姓名", "诉求人", "诉求人姓名", "反映人", "反映人姓名", "投诉人",
        "投诉人姓名", "联系人", "联系人姓名", "来信人", "举报人", "上报人", "市民姓名", "留言用户",
        "留言人", "姓名", "reporter_name", "caller_name", "contact_name",
    ),
    "caller_phone": (
        "来电号码", "来电电话", "主叫号码", "联系电话", "联系号码", "联系方式", "手机号码",
        "手机号", "手机", "电话号码", "电话", "诉求人电话", "反映人电话", "投诉人电话",
        "来电人电话", "来电人联系方式", "上报人电话", "reporter_mobile", "caller_phone", "mobile",
        "phone",
    ),
    "source_status": (
        "工单状态", "办理状态", "处理状态", "案件状态", "事件状态", "诉求状态", "状态", "Status",
        "state",
    ),
    "source_reply": (
        "公开答复内容", "答复内容", "答复意见", "回复内容", "回复意见", "办理结果", "处理结果",
        "办理情况", "处置结果", "反馈内容", "答复", "回复", "回复1", "Resolution Description",
        "status_notes", "reply", "resolution",
    ),
    "source_replied_at": (
        "答复时间", "回复时间", "反馈时间", "办结时间", "办结日期", "结案时间", "完成时间",
        "Resolution Action Updated Date", "Closed Date", "ServiceDate", "replied_at",
    ),
    "lon": ("经度", "lon", "lng", "longitude", "eventLong", "location_longitude"),
    "lat": ("纬度", "lat", "latitude", "eventLat", "location_latitude"),
}  # fmt: skip

FIELDS: Final = tuple(ALIASES)
# Fields whose further columns add to the text instead of being left out.
JOINED: Final = frozenset({"content", "area_text"})

SOURCE_SIGNS: Final[dict[str, tuple[str, ...]]] = {
    "online": ("留言编号", "留言主题", "留言详情", "留言内容", "来信标题", "来信内容", "信件编号"),
    "grid": ("eventName", "gridName", "网格员", "上报网格员"),
}
DEFAULT_SOURCE: Final = "hotline12345"

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_SEPARATORS = re.compile(r"[\s:*_.\-—·'\"]+")


def normalise(title: str) -> str:
    """Return a title as it is compared: width, case, spaces, colons and bracketed parts aside."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    bare = _SEPARATORS.sub("", _BRACKETED.sub("", folded))
    return bare or _SEPARATORS.sub("", folded)


# field and preference of each normalised title
KNOWN: Final[dict[str, tuple[str, int]]] = {
    normalise(alias): (name, rank)
    for name, aliases in ALIASES.items()
    for rank, alias in enumerate(aliases)
}
