"""The ground in words: coordinate systems, kinds of places, what is wrong with outlines."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from db.domain.errors import InputError
from db.imports.ground_rows import KIND_WORDS
from db.store.queries.positions import PositionRow
from desktop.i18n import describe, span_text
from desktop.language import Words, say

if TYPE_CHECKING:
    # Shapely is loaded where outlines are looked at.
    from db.imports.polygons import AreaPlan, Finding

SYSTEM_NAMES = Words(
    {
        "wgs84": "WGS-84 / CGCS2000（测绘、GPS）",
        "gcj02": "GCJ-02（高德、腾讯等）",
        "bd09": "BD-09（百度地图）",
    }
)
SHORT_SYSTEMS = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
PLACE_KIND_NAMES: Mapping[str, str] = {kind: words[0] for kind, words in KIND_WORDS.items()}
"""Kind of a key place -> its name."""
MARKS: Mapping[str, str] = {"reject": "✕", "warn": "▲", "note": "○"}
_TITLES = Words(
    {
        "code": "编码",
        "name": "名称",
        "kind": "类别",
        "area_code": "网格编码",
        "lon": "经度",
        "lat": "纬度",
        "note": "备注",
        "unit": "单位",
        "at": "时间",
        "source": "来源",
    }
)


class FindingLine(NamedTuple):
    """A finding as a row of a table: mark, which feature, property, what it is."""

    mark: str
    where: str
    column: str
    text: str


def named(error: InputError) -> InputError:
    """Return an error of a file with its column and systems as a person calls them.

    What a form asks its person for is said of a file in words of its own.
    """
    codes = {
        "field_missing": "file_value_missing",
        "field_too_long": "file_value_long",
        "field_count": "file_value_count",
        "area_name_missing": "file_name_missing",
    }
    code = codes.get(error.code, error.code)
    params: dict[str, Any] = dict(error.params)
    column = str(params.get("column", ""))
    params["column"] = _TITLES.get(column, column)
    for name in ("crs", "advised"):
        if name in params:
            params[name] = SHORT_SYSTEMS.get(str(params[name]), str(params[name]))
    return InputError(code, **params)


def reason(error: InputError) -> str:
    """Return in one line what is wrong and what to do."""
    return "。".join(filter(None, (part.rstrip("。") for part in describe(named(error)))))


def row_line(error: InputError) -> FindingLine:
    """Return a row of a table that stays out."""
    told = named(error).params
    return FindingLine(
        MARKS["reject"], say("第 {} 行").format(told["row"]), told["column"], reason(error)
    )


def unused_line(title: str) -> FindingLine:
    """Return a column that is not read."""
    return FindingLine(MARKS["note"], say("整个文件"), title, say("这一列用不上，已略过"))


def finding_lines(findings: "Iterable[Finding]") -> list[FindingLine]:
    """Return findings as rows: a doubtful coordinate system first, then what stays out."""
    order = list(MARKS)
    ranked = sorted(
        findings,
        key=lambda item: (item.error.code != "geo_crs_doubtful", order.index(item.level)),
    )
    return [
        FindingLine(
            MARKS[item.level],
            say("第 {} 个").format(item.error.params["row"])
            if item.error.params["row"]
            else say("整个文件"),
            str(item.error.params["column"]),
            reason(item.error),
        )
        for item in ranked
    ]


def plan_text(plan: "AreaPlan") -> str:
    """Return in one line what applying a plan would do."""
    out = len({error.params["row"] for error in plan.rejected})
    doubts = sum(item.level == "warn" for item in plan.findings)
    parts = [
        say("新增 {}").format(plan.added),
        say("更改 {}").format(plan.changed),
        say("不变 {}").format(plan.unchanged),
    ]
    if out:
        parts.append(say("退回 {}").format(out))
    if doubts:
        parts.append(say("提醒 {}").format(doubts))
    return " · ".join(parts)


def system_note(plan: "AreaPlan") -> str:
    """Return what is done about the coordinate system of a plan."""
    name = SHORT_SYSTEMS[plan.crs]
    if plan.crs == "wgs84":
        note = say("坐标按 {} 读入，不换算").format(name)
    else:
        note = say("坐标按 {} 读入，已按公开公式换算为 WGS-84").format(name)
    if plan.offset is not None:
        note += say("；与原有中心点相差约 {} 米").format(plan.offset)
    return note


def age_text(row: PositionRow) -> str:
    """Return how old a position is, and whether it still counts."""
    age = say("刚刚") if row.age < 60_000 else say("{}前").format(span_text(row.age))
    return age if row.is_fresh else say("{}（已过时）").format(age)


def reasons(plan: "AreaPlan") -> dict[int, str]:
    """Return why features stay out, by their number."""
    found: dict[int, list[str]] = {}
    for error in plan.rejected:
        found.setdefault(error.params["row"], []).append(reason(error))
    return {number: "；".join(texts) for number, texts in found.items()}
