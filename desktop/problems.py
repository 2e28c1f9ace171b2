"""What a check of the record found, in words for the technician. No Qt."""

from collections.abc import Mapping

from desktop.language import Words, say

_SENTENCES = Words(
    {
        "op_unreadable": "这条记录读不出来：{op}",
        "op_changed": "这条记录与校验不符：{op}",
        "op_malformed": "这条记录的格式不对：{op}",
        "op_misplaced": "这条记录不属于它所在的位置：{op}",
        "op_missing": "缺少这条记录：{op}",
        "head_differs": "站点 {site} 的记录到第 {seq} 条为止，与登记的末尾不符（第 {epoch} 代）",
        "ops_outside_chains": "有 {count} 条记录不在任何链上",
        "journal_damaged": "日志表 {name} 有读不出的页，涉及的记录列在下面",
        "index_damaged": "表 {table} 的索引 {name} 有读不出的页；记录没有丢失，修复时会重建",
        "projection_damaged": "数据表 {name} 有读不出的页；记录没有丢失，修复时由日志重建",
        "table_damaged": "数据表 {name} 有读不出的页；日志里的记录没有丢失，这张表要从备份恢复",
        "schema_damaged": "描述各表的页（{name}）读不出来，其他页因此核不了；请从备份恢复或修复",
        "page_unused": "空闲页 {page} 损坏；没有记录在上面",
        "structure_damaged": "文件结构有问题：{detail}",
        "chains_unchecked": "因上面的损坏，记录链没有核完（{detail}）",
    }
)
ENTITY_NAMES = Words(
    {
        "incident": "事件",
        "unit": "单位",
        "area": "区划",
        "user": "用户",
        "post": "岗位",
        "station": "工位",
        "sheet": "打印单",
        "epoch": "站点代次",
        "site": "站点",
        "room_key": "指挥室密钥",
        "import": "导入",
    }
)


def problem_text(problem: Mapping[str, str | int]) -> str:
    """Return one finding of `db.store.verify` as a sentence naming the record and its subject."""
    words = dict(problem)
    if "seq" in words:
        words["op"] = say("站点 {site} 第 {epoch} 代第 {seq} 条").format_map(words) + _about(words)
    return _SENTENCES.get(str(words.get("code")), "{code}").format_map(words)


def _about(words: Mapping[str, str | int]) -> str:
    if not words.get("id"):
        return ""
    entity = ENTITY_NAMES.get(str(words["entity"]), words["entity"])
    return f"，{entity} {words.get('number') or words['id']}"
