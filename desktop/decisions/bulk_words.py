"""What became of one decision on many incidents, in words."""

from collections import Counter

from db.commands.bulk import BulkResult
from desktop.context import OK, WARN
from desktop.i18n import describe
from desktop.language import say

_REASONS = 3


def result_text(name: str, result: BulkResult) -> tuple[str, str, str]:
    """Return kind, line and hint: how many of how many, and why not the others."""
    text = say("{}：{} 件里办好 {} 件").format(name, result.total, len(result.done))
    notes = []
    if result.error:
        title, hint = describe(result.error)
        notes += [say("其余 {} 件没有办：{}").format(len(result.rest), title), hint]
    elif result.rest:
        notes.append(say("停下时还有 {} 件没有办").format(len(result.rest)))
    reasons = Counter(describe(item.error)[0] for item in result.refused)
    notes += [
        say("{} 件：{}").format(count, reason) for reason, count in reasons.most_common(_REASONS)
    ]
    if len(reasons) > _REASONS:
        notes.append(say("其余原因逐件再按同一个键可见"))
    if result.refused or result.rest:
        notes.append(say("没有办的还标着"))
    is_whole = len(result.done) == result.total
    return (OK if is_whole else WARN), text, "；".join(notes)
