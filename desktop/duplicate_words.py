"""What is said of two reports that may be one: the verdict in a word, each reason in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from db.domain.duplicates import DUPLICATE, RECURRENCE, SIMILAR, Reason, Score
from db.domain.lists import IncidentClass
from desktop.language import Words, say

VERDICT_NAMES = Words({DUPLICATE: "疑似重复", SIMILAR: "相似", RECURRENCE: "复发", "": "不像"})
_HOUR, _DAY = 3_600_000, 86_400_000
_SAME = 900
_FIRST = ("closed_before", "numbers_differ", "distance", "address_alike", "words_shared")

Classes = Mapping[str, IncidentClass]


def points_text(score: Score) -> str:
    """Return a score as it is shown: 0.86."""
    return f"{score.points / 1000:.2f}"


def older_text(compared: int, older: int) -> str:
    """Return what is said where there were too many to compare all closely, empty otherwise."""
    if not older:
        return ""
    return say("（未办结的多：细比了 {} 件，更早的 {} 件只比地址和原文）").format(compared, older)


def reason_texts(score: Score, classes: Classes) -> list[str]:
    """Return the reasons as sentences, those that decide most often first."""
    ordered = sorted(
        score.reasons,
        key=lambda item: _FIRST.index(item.code) if item.code in _FIRST else len(_FIRST),
    )
    return [reason_text(item, classes) for item in ordered]


def reason_text(reason: Reason, classes: Classes) -> str:
    """Return one reason as a sentence."""
    return _TEXTS[reason.code](reason.values, classes)


def span_text(milliseconds: int) -> str:
    """Return a span of time in its largest unit."""
    if milliseconds >= 2 * _DAY:
        return say("{} 天").format(milliseconds // _DAY)
    if milliseconds >= _HOUR:
        return say("{} 小时").format(milliseconds // _HOUR)
    return say("{} 分钟").format(milliseconds // 60000)


def _class_name(code: str, classes: Classes) -> str:
    known = classes.get(code)
    return known.name if known else code


def _both_classes(values: Mapping[str, Any], classes: Classes) -> str:
    return "、".join(_class_name(values[side], classes) for side in ("one", "other"))


def _address(values: Mapping[str, Any], _: Classes) -> str:
    if values["permille"] >= _SAME:
        return say("地址相同")
    return say("地址相近（{:.0f}%）").format(values["permille"] / 10)


def _words(values: Mapping[str, Any], _: Classes) -> str:
    shared = "、".join(f"“{word}”" for word in values["words"])
    return say("都说到{}（用词相近 {:.0f}%）").format(shared, values["permille"] / 10)


_TEXTS: dict[str, Callable[[Mapping[str, Any], Classes], str]] = {
    "closed_before": lambda values, _: say("较早的一件 {}前已结案，是再次发生").format(
        span_text(values["ms"])
    ),
    "distance": lambda values, _: say("相距 {} 米").format(values["metres"]),
    "no_coordinates": lambda *_: say("没有都定位，只比地址文字"),
    "address_alike": _address,
    "address_in_text": lambda values, _: say("文中提到对方地址的 {:.0f}%").format(
        values["permille"] / 10
    ),
    "place_unknown": lambda *_: say("都没有写地点，只比内容"),
    "numbers_differ": lambda values, _: say("门牌不同：{}、{}").format(
        values["one"], values["other"]
    ),
    "class_same": lambda values, classes: say("同一事项：{}").format(
        _class_name(values["class_code"], classes)
    ),
    "class_alike": lambda values, classes: say("同一平台，事项不同：{}").format(
        _both_classes(values, classes)
    ),
    "class_differs": lambda values, classes: say("不是一类事，最高 0.70：{}").format(
        _both_classes(values, classes)
    ),
    "class_unknown": lambda *_: say("有一件还没有分类"),
    "words_shared": _words,
    "words_few": lambda values, _: say("用词相近 {:.0f}%").format(values["permille"] / 10),
    "time_apart": lambda values, _: say("前后相隔 {}").format(span_text(values["ms"])),
}
"""By reason code; a test holds it against the codes the rule gives."""
