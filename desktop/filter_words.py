"""The filter in words: `紧急 采薇 城管 超时` names what a list is narrowed to. No Qt.

Each word is a place, a unit, a class, a platform, a source, an urgency, a state or how it stands,
by its characters or pinyin initials; what names none of these is looked for in the text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from db.domain.names import CLOSED_FOREVER
from db.domain.search_text import words_of
from db.store.queries.queue import QueueFilter
from desktop.i18n import SOURCE_NAMES, STATE_NAMES, URGENCY_NAMES
from desktop.language import Words, say
from desktop.palette import INITIALS, INSIDE, Entry, Known

_OPEN = tuple(state for state in STATE_NAMES if state not in {*CLOSED_FOREVER, "draft"})
_STANDS = {
    "已超时": {"is_late": True},
    "超时": {"is_late": True},
    "即将超时": {"is_soon": True},
    "卡住": {"is_stuck": True},
    "我认领的": {"is_mine": True},
    "我的": {"is_mine": True},
    "分歧": {"is_disputed": True},
    "待审批": {"is_asked": True},
    "全部年份": {"is_archive": True},
}
_SHORTEST = 2
"""Characters of a word that may be found inside a name: one alone is in too many."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a line of words narrows a list to. `said`: each condition in words, in their order."""

    filter: QueueFilter
    said: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it narrows nothing."""
        return not self.said


class FilterWords:
    """What words mean in this town: names by code, the one that is shown first."""

    def __init__(
        self,
        areas: Mapping[str, tuple[str, ...]],
        units: Mapping[str, tuple[str, ...]],
        classes: Mapping[str, tuple[str, ...]],
        platforms: Mapping[str, str],
    ) -> None:
        self._known = [
            *_names("", {name: (say(name), name) for name in _STANDS}, _STANDS.__getitem__),
            *_names("", _alone(URGENCY_NAMES), lambda code: {"urgency": code}),
            *_names(
                "",
                _alone({code: STATE_NAMES.written[code] for code in _OPEN}),
                lambda code: {"states": (code,)},
            ),
            *_names(say("来源"), _alone(SOURCE_NAMES), lambda code: {"source": code}),
            *_names(say("平台"), _alone(platforms), lambda code: {"platform": code}),
            *_names("", areas, lambda code: {"area": code}),
            *_names(say("单位"), units, lambda code: {"unit": code}),
            *_names(say("分类"), classes, lambda code: {"class_code": code}),
        ]

    def read(self, line: str, base: QueueFilter | None = None) -> Narrowing:
        """Read a line of words; they narrow what `base` shows."""
        found = base or QueueFilter()
        said: list[str] = []
        left: list[str] = []
        states: tuple[str, ...] = ()
        for word in words_of(line):
            condition = self._condition(word)
            if condition is None:
                left.append(word)
                continue
            text, given = condition
            states += given.get("states", ())
            found = found._replace(
                **{key: value for key, value in given.items() if key != "states"}
            )
            said.append(text)
        if left:
            said.append(say("含“{}”").format(" ".join(left)))
            found = found._replace(text=" ".join(left))
            if not (found.states or states or found.is_archive):
                states = _OPEN
        return Narrowing(found._replace(states=states or found.states), tuple(said))

    def _condition(self, word: str) -> tuple[str, dict[str, Any]] | None:
        ranked = [(rank, place) for place, (known, _) in enumerate(self._known)
                  if (rank := known.rank((word,))) is not None]  # fmt: skip
        worst = INSIDE if len(word) >= _SHORTEST else INITIALS
        rank, place = min(ranked, default=(worst + 1, 0))
        if rank > worst:
            return None
        known, given = self._known[place]
        return f"{known.entry.hint}{known.entry.text}", given


def _names(
    kind: str, named: Mapping[str, tuple[str, ...]], means: Callable[[str], dict[str, Any]]
) -> list[tuple[Known, dict[str, Any]]]:
    return [
        (Known(Entry("filter", code, name, hint=kind, also=(*also, code))), means(code))
        for code, (name, *also) in named.items()
    ]


def _alone(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return names as they are shown and as they are written: saved words know no language."""
    written = names.written if isinstance(names, Words) else names
    return {code: (say(name), name) for code, name in written.items()}
