"""Where the entries of the command bar come from: actions, incidents, units, places, screens."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.transitions import TRANSITIONS
from db.store.queries.lookup import NumberRow, Town
from db.store.queries.queue import QueueFilter
from desktop.actions import ACTIONS, BY_ID, REPORTS, Action, key_name
from desktop.decisions.choices import place_name
from desktop.decisions.live import report_refusal, standing
from desktop.i18n import LIST_NAMES, STATE_NAMES, describe
from desktop.language import Words, say
from desktop.palette import Entry
from desktop.screens.triage.side import View
from desktop.window.screens import SCREENS
from desktop.window.stage import ABOUT_ONE, Stage

_NOT_LIVE = Words(
    {
        "resolve": "这一件没有要定的分歧，或您不能定",
        "caller": "没有来电人，或您无权查看",
    }
)
_NOTHING_CHOSEN = "队列里没有选中的事件"
_NO_FORM = "没有打开的表单"


def actions(stage: Stage, actor: Actor) -> Iterator[Entry]:
    """Yield every action; those about an incident are judged by the one under the cursor."""
    detail = stage.shown
    known = standing(detail, actor) if detail else {}
    order = list(known)
    listed = sorted(
        (one for one in ACTIONS if one.id not in (*SCREENS, "palette") and _has_home(stage, one)),
        key=lambda one: order.index(one.id) if one.id in known else len(order),
    )
    for one in listed:
        refused = _refusal(one.id, actor, known, is_chosen=detail is not None)
        if home := stage.home_of(one):
            refused = say("先到“{}”页").format(BY_ID[home].text)
        elif one.scope == "form" and not stage.desk.form.is_open:
            refused = say(_NO_FORM)
        yield _action(one, "action", partial(stage.start_action, one.id), refused)


def _has_home(stage: Stage, action: Action) -> bool:
    """Whether an action belongs to a screen that the person here has use for."""
    home = stage.home_of(action) or stage.screen_name
    is_of_desk = action.scope in ("list", "form")
    return home in stage.screens and (not is_of_desk or "desk" in stage.screens)


def screens(stage: Stage) -> Iterator[Entry]:
    """Yield the screens of the window."""
    for name in stage.screens:
        yield _action(BY_ID[name], "screen", partial(stage.open_screen, name), "")


def views(stage: Stage, known: Iterable[View]) -> Iterator[Entry]:
    """Yield the parts of the work that the desk's side offers, without its villages."""
    for view in known:
        if not view.filter.village:
            yield Entry(
                "view", view.name, view.title,
                is_noted=not view.is_own, do=partial(stage.show_part, view),
            )  # fmt: skip


def town_parts(stage: Stage, town: Town) -> Iterator[Entry]:
    """Yield the units with what is in their hands, the villages and grids with what is open."""
    for unit in town.units:
        part = View(say("{}手里的").format(unit.name), QueueFilter(unit=unit.code))
        yield Entry(
            "unit", unit.code, unit.name, say("{} 件").format(town.open_by_unit.get(unit.code, 0)),
            also=(unit.short_name, unit.code), do=partial(stage.show_part, part),
        )  # fmt: skip
    villages = {area.code: area.name for area in town.areas if area.level == "village"}
    for area in town.areas:
        if area.level not in ("village", "grid"):
            continue
        name = place_name(area, villages)
        part = View(name, QueueFilter(village=area.code))
        yield Entry(
            "area", area.code, name, say("{} 件").format(town.open_by_area.get(area.code, 0)),
            also=(area.name, area.code), do=partial(stage.show_part, part),
        )  # fmt: skip


def lists(stage: Stage) -> Iterator[Entry]:
    """Yield the town's lists."""
    for kind, name in LIST_NAMES.items():
        yield Entry("list", kind, say("{}清单").format(name), do=partial(stage.show_list, kind))


def numbers(stage: Stage, rows: Iterable[NumberRow]) -> Iterator[Entry]:
    """Yield incidents to go to."""
    for row in rows:
        hint = f"{STATE_NAMES[row.state]}  {row.title}"
        yield Entry("number", row.id, row.number, hint, do=partial(stage.start_on, row, ""))


def commands(stage: Stage, named: Sequence[Entry], rows: Iterable[NumberRow]) -> Iterator[Entry]:
    """Yield an action on an incident, for each that is named and each incident found."""
    for row in rows:
        for action in named:
            hint = f"{STATE_NAMES[row.state]}  {row.title}"
            do = partial(stage.start_on, row, action.id)
            yield Entry(
                "command", f"{action.id} {row.id}", f"{action.text}  {row.number}", hint,
                action.key, refused=_state_refusal(action.id, row.state), do=do,
            )  # fmt: skip


def _state_refusal(action: str, state: str) -> str:
    """Return why an action is not possible in a state; what else it needs is known there."""
    row = TRANSITIONS.get(action)
    if row is None or state in row.sources:
        return ""
    return describe(RuleError("state_forbids", action=action, state=state))[0]


def _action(action: Action, group: str, do: Callable[[], object], refused: str) -> Entry:
    key = key_name(action.key) if action.key else ""
    return Entry(
        group, action.id, action.text, action.help, key,
        words=action.help, refused=refused, do=do,
    )  # fmt: skip


def _refusal(
    action: str, actor: Actor, known: dict[str, RuleError | None], *, is_chosen: bool
) -> str:
    """Return why an action is not possible now, empty where it is or where nobody knows before."""
    if action in REPORTS:
        refused = report_refusal(action, actor)
    elif action not in ABOUT_ONE:
        return ""
    elif not is_chosen:
        return say(_NOTHING_CHOSEN)
    elif action in known:
        refused = known[action]
    else:
        return _NOT_LIVE.get(action, "")
    return describe(refused)[0] if refused else ""
