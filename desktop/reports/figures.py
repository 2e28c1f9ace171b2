"""统计表: how the towns of a district stand, or the villages of a town, on one sheet."""

from db.domain.calendar import day_start, local_date
from db.store.queries.figures import Figures
from desktop.figure_words import LEVELS, TITLES, cells
from desktop.i18n import instant, local_day
from desktop.reports import fonts
from desktop.reports.layout import LEAD, SMALL, Column, Flow
from desktop.reports.layout import cells as row_of
from desktop.reports.page import MM, WIDTH, Frame, render
from desktop.reports.shares import rate_of

SIGNERS = ("制表人", "审核人", "签发人")
_FIGURE = 17.5 * MM
_GAP = 9.0


def title_of(level: str) -> str:
    """Return the title of the sheet of all towns, or of all villages."""
    return f"各{LEVELS[level]}办理统计表"


def make_figures(sheet: Figures) -> bytes:
    """Return the sheet as a PDF."""
    fonts.load()
    day = local_day(day_start(local_date(sheet.at)))
    frame = Frame(head=sheet.head, title=title_of(sheet.level), number=day)
    flow = Flow(frame.body_top)
    total = sheet.total
    flow.text(
        f"待办 {total.open} 件，其中超时 {total.late} 件；今日收件 {total.new_today} 件；本月结案"
        f" {total.closed} 件，按期 {rate_of(total.on_time, total.with_limit)}。",
        LEAD,
    )
    flow.text(
        f"待办、超时、即将超时为截至 {instant(sheet.at)} 的数；本月从 1 日 00:00 起算；"
        "按期率为处置按期的结案 / 有处置时限的结案；上报、督办为本月的数。",
        SMALL,
    )
    flow.space(_GAP)
    columns = (
        Column(LEVELS[sheet.level], WIDTH - len(TITLES) * _FIGURE),
        *(Column(name, _FIGURE, "right") for name in TITLES.values()),
    )
    rows = [row_of(columns, cells(line)) for line in sheet.parts]
    rows.append(row_of(columns, ("合计", *cells(total)[1:]), is_sum=True))
    flow.table(title_of(sheet.level), columns, rows)
    flow.space(_GAP)
    flow.signatures(SIGNERS)
    return render([(frame, flow.finish())])
