import os
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from reportlab.graphics.barcode.code128 import Code128, _patterns

from db.domain.deadlines import DAY, MINUTE
from db.domain.incidents import Application, Assignment, Card, Child, Pause, Step
from db.store.queries.incidents import CallerMask
from desktop.reports import fonts, layout, page
from desktop.reports import slip as slips
from desktop.reports.fonts import NO_START
from desktop.reports.slip import lateness, make_slip, make_slips
from tests.desktop.reports.conftest import AT

LONG = "居民反映，3幢2单元车库（靠近B12号车位）长期积水；每天7:30—8:30有泵车作业，详见“来信”第5条。"


@pytest.fixture(autouse=True, scope="module")
def _fonts():
    fonts.load()


def squeezed(text):
    return re.sub(r"\s+", "", text)


def feet(text):
    return [
        (int(number), int(count)) for number, count in re.findall(r"第 (\d+) 页 共 (\d+) 页", text)
    ]


def test_says_what_the_screen_says(slip, read):
    text = squeezed(read(make_slip(slip()), "-layout"))
    for expected in (
        "示例街道综合指挥室", "事件处理单", "编号：990101001-20261123-A10001", "特急",
        "12345/HX-20261123-77", "2026-11-2309:00", "综合执法", "市政设施损坏（ZF09）",
        "采薇社区采薇01网格", "兴禾路与学府路交叉口", "王*尾号1234", "已结案",
        "兴禾路口机动车道一处井盖缺失，夜间无警示灯。",
        "先设围挡，当日更换。", "主办", "协办", "市政所", "城管中队", "李师傅", "待签收",
        "已设置围挡并更换井盖，恢复通行。", "已解决", "井盖已当日更换，感谢监督。",
        "修复或更换完成，有前后照片", "1次，已完成", "非常满意",
        "15分钟", "4小时", "2工作日", "超时10分", "按期",
        "电话确认李师傅", "见“处置反馈”", "newer_kind", "何砚",
        "经办人", "核查人", "负责人",
        "打印人：周岚", "打印时间：2026-11-2314:32", "数据版本：308", "第1页共1页",
    ):  # fmt: skip
        assert expected in text, expected


def test_the_ways_beside_the_straight_one_are_printed(slip, read):
    paused = slip(
        state="paused", level="village", return_count=1, forced=1, blocked_note="等灯杆",
        pauses=(Pause(AT, None, "material", AT + 5 * DAY, "街办12号"),),
        applications=(
            Application(
                "k", "extend", "approved", "u", "陆槐", AT, amount=2, value="work_day",
                text="要租升降车", decided_name="何砚", decided_at=AT, opinion="同意",
            ),
        ),
        cards=(Card("c", "hand", "red", at=AT, text="今天答复", reply_due_at=AT + DAY),),
        children=(Child("i2", "990101001-20261123-A10002"), Child("i3", "N3", valid=0)),
        steps=(Step("incident_returned", "", "", AT, "z", "周岚", "哪一盏",
                    detail={"reason": "no_place"}),),
    )  # fmt: skip
    text = squeezed(read(make_slip(paused), "-layout"))
    for expected in (
        "层级村社", "并进的990101001-20261123-A10002", "卡点等灯杆", "停表", "等材料", "街办12号",
        "2026-11-28", "申请与审批", "延期2工作日", "要租升降车", "何砚已批准：同意", "督办", "红牌",
        "应于2026-11-2409:00前答复", "退单1次，强制结案，不计入按期", "地点不清；哪一盏",
    ):  # fmt: skip
        assert expected in text, expected
    assert "N3" not in text
    assert "剩" not in text


def test_the_lead_unit_stands_first(slip, read):
    text = read(make_slip(slip()))
    assert text.index("市政所") < text.index("城管中队")


@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        (CallerMask("王*", "1234", is_readable=True), "王*尾号1234"),
        (CallerMask("", "", is_readable=True), "来电人—"),
        (CallerMask("", "", is_readable=False), "本站点不能读取"),
        (None, "来电人—"),
        (CallerMask("王小五", "13800001234", is_readable=True), "王*尾号1234"),
    ],
)
def test_a_caller_is_masked_whatever_is_handed_in(slip, read, caller, shown):
    text = squeezed(read(make_slip(slip(caller=caller)), "-layout"))
    assert shown in text
    assert "王小五" not in text
    assert "1380000" not in text


def test_a_secret_incident_does_not_name_its_caller(slip, read):
    text = read(make_slip(slip(secrecy=1)))
    assert "要求保密" in text
    assert "1234\n" not in text.replace("12345", "")


def test_empty_fields_are_dashes(slip, read):
    names = "title content class_code source_no address outcome public_reply satisfaction number"
    blank = dict.fromkeys(names.split(), "")
    nothing = {"timers": (), "assignments": (), "steps": (), "caller": None, "closed_at": None}
    sheet = slip(
        **blank, **nothing, urgency="normal", state="reported", callback_attempts=0, callback_done=0
    )
    text = read(make_slip(replace(sheet, class_name="", platform_name="", close_rule="")), "-raw")
    assert text.count("—") > 20
    assert feet(text) == [(1, 1)]
    assert "特急" not in text


def test_long_sheets_flow_over_pages(slip, read, many_steps):
    content = (LONG * 200)[:8_000]
    text = read(make_slip(slip(content=content, steps=many_steps)), "-raw")
    pages = text.split("\f")[:-1]
    assert feet(text) == [(place, len(pages)) for place in range(1, len(pages) + 1)]
    assert len(pages) >= 5
    for following in pages[1:]:
        assert following.count("事件处理单（续）") == 1
        assert "990101001-20261123-A10001" in following
    assert all(f"第{place}次" in text for place in range(60))
    assert text.count("办理经过（续）") == text.count("序号") - 1 >= 1
    assert "内容（续）" in text


def test_long_content_is_whole(slip):
    content = (LONG * 200)[:8_000]
    _, pages = slips._document(slip(content=content))
    assert content in "".join(text.text for part in pages for text in part.texts if text.size == 10)


def test_no_line_begins_with_closing_punctuation(slip, many_steps):
    steps = tuple(
        replace(step, opinion=LONG * (place % 9)) for place, step in enumerate(many_steps)
    )
    _, pages = slips._document(slip(content=LONG * 80, public_reply=LONG * 9, steps=steps))
    lines = [text.text for part in pages for text in part.texts]
    assert len(lines) > 500
    allowed = {"——", "—"}
    assert [line for line in lines if line[0] in NO_START and line not in allowed] == []


def test_nothing_overlaps_the_foot_or_leaves_the_page(slip, many_steps):
    steps = tuple(
        replace(step, opinion=LONG * (place % 23)) for place, step in enumerate(many_steps)
    )
    _, pages = slips._document(slip(content=LONG * 80, steps=steps))
    for part in pages:
        for box in part.boxes:
            assert box.y >= page.BODY_BOTTOM - 1e-6
            assert box.x + box.width <= page.RIGHT + 0.01
            assert box.y + box.height <= page.TOP
        for text in part.texts:
            right = text.x + page.fonts.width(text.text, text.font, text.size)
            assert right <= page.RIGHT + 0.01
            assert text.x >= page.LEFT


def test_every_row_fills_the_width(slip):
    _, pages = slips._document(slip())
    rights = {}
    for box in pages[0].boxes:
        rights[round(box.y, 3)] = max(rights.get(round(box.y, 3), 0), box.x + box.width)
    assert all(abs(right - page.RIGHT) < 0.01 for right in rights.values())


HOSTILE = "<b>粗</b>&amp;&lt;\x00\x1b[31m\u202e%s {0} ) Tj ET (\\ 😀 " + "A" * 10_000


def test_hostile_text_is_only_text(slip, read):
    parts = (Assignment("u" * 600, feedback=HOSTILE, feedback_at=0, signed_by=HOSTILE, state="?"),)
    sheet = slip(
        title=HOSTILE, content=HOSTILE, address=HOSTILE, number=HOSTILE[:60], source=HOSTILE[:99],
        urgency="<i>", class_code="<b>", public_reply=HOSTILE, assignments=parts,
    )  # fmt: skip
    sheet = replace(sheet, head=replace(sheet.head, town_name=HOSTILE, printed_by=HOSTILE))
    text = read(make_slip(sheet), "-raw")
    assert text.count("A" * 60) > 100
    assert "<b>粗</b>&amp;&lt;[31m%s {0} ) Tj ET (\\ □" in text
    assert "\x1b" not in text
    pages = len(text.split("\f")) - 1
    assert feet(text) == [(place, pages) for place in range(1, pages + 1)]


def test_the_same_data_give_the_same_bytes(slip):
    assert make_slip(slip()) == make_slip(slip())


def test_the_same_bytes_in_another_process(slip, tmp_path):
    file = tmp_path / "sheet"
    file.write_bytes(pickle.dumps(slip(content=LONG * 50)))
    code = (
        "import pickle, sys; from pathlib import Path; from desktop.reports.slip import make_slip;"
        "sys.stdout.buffer.write(make_slip(pickle.loads(Path(sys.argv[1]).read_bytes())))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", code, str(file)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] == make_slip(slip(content=LONG * 50))


def test_the_same_bytes_from_threads_at_once(slip):
    sheet = slip()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(make_slip, [sheet] * 12)) == {make_slip(sheet)}


def test_many_slips_count_their_own_pages(slip, read):
    pdf = make_slips([slip(), slip(content=LONG * 60), slip()])
    assert feet(read(pdf, "-raw")) == [(1, 1), (1, 3), (2, 3), (3, 3), (1, 1)]
    assert len(pdf) < 1.5 * len(make_slip(slip(content=LONG * 60)))


def test_every_font_is_embedded(slip, tmp_path):
    pdf = make_slip(slip())
    path = tmp_path / "slip.pdf"
    path.write_bytes(pdf)
    listed = subprocess.run(["pdffonts", path], capture_output=True, check=True)
    assert b"Helvetica" not in listed.stdout


def test_the_bars_are_the_number(slip):
    """Read the bars off a rendered page and compare the symbols."""
    number = slip().detail.incident.number
    width, row = scan_line(make_slip(slip()))
    module = page._BAR_WIDTH / 72 * 600
    left = round((page.RIGHT - 244 * page._BAR_WIDTH) / 72 * 600)
    dark = [value < 128 for value in row[max(0, left - 8) : width]]
    runs = [
        round(len(run.group()) / module)
        for run in re.finditer(r"1+|0+", "".join(map(str, map(int, dark))).strip("0"))
    ]
    symbols = {
        tuple(ord(mark.lower()) - ord("a") + 1 for mark in pattern): code
        for code, pattern in _patterns.items()
    }
    read_codes = [symbols[tuple(runs[at : at + 6])] for at in range(0, len(runs) - 7, 6)]
    wanted = Code128(number)
    wanted.validate()
    assert [*read_codes, symbols[tuple(runs[-7:])]] == wanted.encode()


def scan_line(pdf):
    """Return width and grey values of one line of pixels through the bars, at 600 dpi."""
    y = round((page.PAGE_HEIGHT - page.TOP + page._BAR_HEIGHT / 2) / 72 * 600)
    command = ["pdftoppm", "-singlefile", "-r", "600", "-gray", "-y", str(y), "-H", "1", "-"]
    found = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    _, size, _, pixels = found.split(b"\n", 3)
    return int(size.split()[0]), pixels


def test_a_number_that_is_none_has_no_bars(slip):
    for number in ("", "不是编号", "x" * 41):
        _, pages = slips._document(slip(number=number))
        made = page.render([slips._document(slip(number=number))])
        assert made
        assert pages[0].barcode == ""


def test_lateness_in_words(slip):
    accept, handle, callback = slip().detail.incident.timers
    assert lateness(accept, 0) == "按期"
    assert lateness(handle, 0) == "超时 10 分"
    assert lateness(callback, callback.due_at - 5 * MINUTE) == "办理中，剩 5 分"
    assert lateness(callback, callback.due_at + 5 * MINUTE) == "未完成，已超时 5 分"
    assert lateness(replace(callback, ended_at=callback.due_at), 0) == "按期"


def test_a_cell_is_broken_into_lines_once(slip, many_steps, monkeypatch):
    wraps = []
    real = layout.fonts.wrap
    monkeypatch.setattr(layout.fonts, "wrap", lambda *args: wraps.append(args) or real(*args))
    _, few = slips._document(slip())
    base = len(wraps)
    wraps.clear()
    _, pages = slips._document(slip(steps=slip().detail.steps + many_steps))
    titles_again = (len(pages) - len(few)) * 6
    assert len(wraps) == base + 60 * 5 + titles_again
