"""来电人信息删除证明: what was asked for, and what every place was found to have, on one sheet."""

from db.store.queries.sheets import SheetHead
from db.sync.proving import ErasureProof
from desktop.erasure_words import WHY, place_text, ref_text, result_text, verdict_text
from desktop.i18n import instant
from desktop.reports import fonts
from desktop.reports.layout import LEAD, SMALL, Column, Flow
from desktop.reports.layout import cells as row_of
from desktop.reports.page import MM, WIDTH, Frame, render

TITLE = "来电人信息删除证明"
SIGNERS = ("经办人", "安全管理员", "审计管理员")
_GAP = 9.0
_ASKED = (
    Column("时间", 28 * MM, "center"),
    Column("谁要求", 22 * MM, "center"),
    Column("依据", 50 * MM),
    Column("记录和摘要", WIDTH - 100 * MM),
)
_CHECKS = (Column("核对的地方", 95 * MM), Column("结果", WIDTH - 95 * MM))


def make_erasure(proof: ErasureProof, head: SheetHead) -> bytes:
    """Return the sheet as a PDF."""
    fonts.load()
    frame = Frame(head=head, title=TITLE, number=proof.number)
    flow = Flow(frame.body_top)
    flow.text(verdict_text(proof), LEAD)
    flow.text(
        f"核对于 {instant(proof.at)}，站点 {proof.station}。删除的是解密所需的密钥和密文；"
        "日志里的记录只有编号和摘要，从中不能恢复。",
        SMALL,
    )
    flow.space(_GAP)
    asked = [
        row_of(
            _ASKED,
            (
                instant(one.at),
                one.who,
                f"{WHY.get(one.why, one.why)}{f'：{one.said}' if one.said else ''}",
                f"{ref_text(one)}\n{one.digest}",
            ),
        )
        for one in proof.asked
    ]
    flow.table("删除的要求", _ASKED, asked)
    flow.space(_GAP)
    checks = [row_of(_CHECKS, (place_text(one), result_text(one))) for one in proof.checks]
    flow.table("现在各处的情况", _CHECKS, checks)
    flow.space(_GAP)
    flow.signatures(SIGNERS)
    return render([(frame, flow.finish())])
