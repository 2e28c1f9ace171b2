"""The page that shows a technician how the exchange service stands: plain HTML, no scripts.

What it shows comes from stations and from strangers: all of it is text, never markup.
"""

from collections.abc import Iterable
from html import escape

import resources
from db.domain.errors import InputError
from db.hub.stations import Line
from db.hub.status_routes import Standing
from db.hub.watch import Refusal
from desktop.i18n import describe, local, span_text
from desktop.language import on_paper

REFRESH_SECONDS = 10
SILENT_MS = 15 * 60_000
"""After how long without a word a station is marked: the line's longest wait between tries."""
SKEW_MS = 120_000
"""From which difference a workstation's clock is marked, as the window does."""
LOW_BYTES = 2_000_000_000

_KINDS = {"revoked": "已停用", "carried": "未登记，由别的工位带来"}
_PARTS = {"record": "数据打不开或有损坏", "disk": "磁盘满、只读或写不进"}
_ROUTES = {
    "/v1/heads": "核对",
    "/v1/wait": "等消息",
    "/v1/batch": "送来记录",
    "/v1/pull": "取记录",
    "/v1/enrol": "登记",
    "/v1/stations": "问工位",
    "/v1/blob/{blob}": "附件",
}
_COLUMNS = ("工位", "最近联系", "未取", "待发", "暂不能显示", "时钟差", "版本", "分叉")
_REFUSAL_COLUMNS = ("时间", "来自", "事项", "原因")
_STYLE = resources.path("hub_page.css")


def hub_page(standing: Standing) -> str:
    """Return the page."""
    with on_paper():
        return _page(standing)


def _page(standing: Standing) -> str:
    name, trouble = escape(standing.name), standing.overview.trouble
    state = (
        f'<p class="bad">▲ {_PARTS.get(trouble, escape(trouble))}</p>'
        if trouble
        else '<p class="good">● 正常</p>'
    )
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">',
            f"<title>{'▲ ' if trouble else ''}{name}</title>",
            f"<style>{_STYLE.read_text(encoding='utf-8')}</style></head><body>",
            f"<h1>{name}</h1>{state}",
            f"<p>{_time(standing.now)} 的情况，每 {REFRESH_SECONDS} 秒刷新。</p>",
            _figures(standing),
            _stations(standing),
            _refusals(standing),
            "</body></html>",
        )
    )


def _figures(standing: Standing) -> str:
    overview = standing.overview
    kinds = [line.kind for line in overview.lines]
    free = "在数据库的机器上" if overview.free is None else f"{overview.free / 1e9:.1f} GB"
    is_low = overview.free is not None and overview.free < LOW_BYTES
    figures = (
        ("工位", f"{kinds.count('station')} 台登记，{kinds.count('revoked')} 台停用"),
        ("正在等消息", f"{standing.waiting} 台"),
        ("记录", f"{overview.ops:,} 条"),
        ("磁盘剩余", f"▲ {free}" if is_low else free),
        ("数据库", overview.store),
        ("已运行", span_text(int(standing.uptime * 1000))),
        ("请求", f"{standing.requests:,} 次"),
        ("版本", standing.version),
    )
    cells = (f"<div><dt>{title}</dt><dd>{escape(value)}</dd></div>" for title, value in figures)
    return f"<dl>{''.join(cells)}</dl>"


def _stations(standing: Standing) -> str:
    lines = standing.overview.lines
    if not lines:
        return "<h2>工位</h2><p>还没有工位登记。</p>"
    rows, town = [], None
    for line in lines:
        if line.town != town:
            town = line.town
            rows.append(f'<tr><th colspan="{len(_COLUMNS)}">{escape(town)}</th></tr>')
        rows.append(_station(line, standing.now))
    return f"<h2>工位</h2>{_table(_COLUMNS, rows)}"


def _station(line: Line, now: int) -> str:
    told, silent = line.told, line.seen_at is None or now - line.seen_at > SILENT_MS
    is_expected = line.kind == "station"
    skew = told.skew_ms
    kind = f'<span class="bad">{_KINDS[line.kind]}</span>' if line.kind in _KINDS else ""
    who = f"{escape(line.station)} {escape(line.name)}<small>{escape(line.id)}</small>{kind}"
    cells = (
        who,
        _marked(_ago(line.seen_at, now), is_bad=silent and is_expected),
        _count(line.lag, is_bad=is_expected and silent),
        _count(told.unsent, is_bad=False),
        _count(told.held, is_bad=True),
        _marked(_skew(skew), is_bad=skew is not None and abs(skew) > SKEW_MS),
        escape(told.app or "—"),
        _count(line.forks, is_bad=True),
    )
    return _row(_COLUMNS, cells)


def _refusals(standing: Standing) -> str:
    parts = ["<h2>最近拒收</h2>"]
    if standing.refused:
        counted = (f"{escape(code)} {count}" for code, count in standing.refused.items())
        parts.append(f"<p>启动以来：{'，'.join(counted)}。</p>")
    if not standing.refusals:
        return "".join([*parts, "<p>没有。</p>"])
    names = {line.id: f"{line.town} {line.station} {line.name}" for line in standing.overview.lines}
    rows = [_refusal(refusal, names) for refusal in standing.refusals]
    return "".join([*parts, _table(_REFUSAL_COLUMNS, rows)])


def _refusal(refusal: Refusal, names: dict[str, str]) -> str:
    known = names.get(refusal.site)
    who = escape(known or refusal.site or "没有写站点")
    doubt = "" if refusal.is_signed else "自称，签名未核实；"
    title, _ = describe(InputError(refusal.code, **refusal.about))
    about = "，".join(f"{key} {value}" for key, value in refusal.about.items())
    cells = (
        _time(refusal.at),
        f"{who}<small>{doubt}地址 {escape(refusal.host)}</small>",
        escape(_ROUTES.get(refusal.route, refusal.route)),
        f"{escape(title)}<small>{escape(refusal.code)} {escape(about)}</small>",
    )
    return _row(_REFUSAL_COLUMNS, cells)


def _table(titles: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{title}</th>" for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(titles: Iterable[str], cells: Iterable[str]) -> str:
    filled = zip(titles, cells, strict=True)
    row = "".join(f'<td data-of="{title}"><div>{cell}</div></td>' for title, cell in filled)
    return f"<tr>{row}</tr>"


def _count(value: int | None, *, is_bad: bool) -> str:
    return "—" if value is None else _marked(f"{value:,}", is_bad=is_bad and value > 0)


def _marked(text: str, *, is_bad: bool) -> str:
    return f'<span class="bad">▲ {text}</span>' if is_bad else text


def _ago(at: int | None, now: int) -> str:
    if at is None:
        return "从未"
    return f"{span_text(now - at)}前" if now - at >= 60_000 else "刚才"


def _skew(milliseconds: int | None) -> str:
    """Return how far a workstation's clock is off the hub's."""
    if milliseconds is None:
        return "—"
    if abs(milliseconds) < 1_000:
        return "0"
    way = "慢" if milliseconds > 0 else "快"
    seconds = abs(milliseconds) // 1_000
    return f"{way} {seconds} 秒" if seconds < 120 else f"{way} {span_text(abs(milliseconds))}"


def _time(at: int) -> str:
    return f"{local(at):%m-%d %H:%M:%S}"
