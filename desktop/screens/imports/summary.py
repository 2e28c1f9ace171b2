"""What the import screen asks of the importer, each in one call fit for a worker thread."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from db.domain.errors import EnvironmentError_
from db.domain.ops import Actor
from db.domain.transitions import transition_of
from db.imports.error_file import write_error_file
from db.imports.mapping import SheetMapping, propose_mapping, skip_sheet
from db.imports.orders import read_orders, rejected_rows
from db.imports.plan import Plan, RowProblem, SheetPlan
from db.imports.reading import Sheet
from db.store.store import Store
from desktop.i18n import instant
from desktop.language import say
from desktop.leaving import tell_left
from desktop.screens.imports.words import row_problem_text
from desktop.sheets import unused_path

_IN_A_NAME = str.maketrans({" ": "-", ":": None})
Progress = Callable[[int, int], None]
Change = Callable[[SheetPlan], SheetMapping]


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """One sheet and its counts: orders that go in, rows that stay out."""

    plan: SheetPlan
    orders: int
    rejected: int

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.plan.mapping.sheet

    @property
    def problem(self) -> str | None:
        """The code for why the whole sheet stays out."""
        return self.plan.mapping.problem


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file as it would be imported now."""

    plan: Plan
    sheets: tuple[SheetSummary, ...]
    orders: int
    rejected: int
    repeated: int
    ids_removed: int
    critical: int
    urgent: int
    secret: int

    def sheet(self, name: str) -> SheetSummary | None:
        """Return a sheet by name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def may_import(actor: Actor) -> bool:
    """Whether this person may take orders in."""
    return bool(transition_of("report").roles & set(actor.roles))


def importing_roles() -> list[str]:
    """Return the roles that may take orders in."""
    return sorted(transition_of("report").roles)


def read_file(path: Path, on_progress: Progress) -> FileSummary:
    """Read and judge a file; raises what `read_orders` raises."""
    return _summarise(read_orders(path, None, on_progress))


def reread_file(
    plan: Plan, changes: Sequence[tuple[str, Change]], on_progress: Progress
) -> FileSummary:
    """Read the file of a plan again with the mappings of some sheets changed."""
    sheets = {sheet.mapping.sheet: sheet for sheet in plan.sheets}
    for name, change in changes:
        sheets[name] = replace(sheets[name], mapping=change(sheets[name]))
    return _summarise(
        read_orders(plan.path, [sheet.mapping for sheet in sheets.values()], on_progress)
    )


def left_out(sheet: SheetPlan) -> SheetMapping:
    """Return the mapping of a sheet the operator leaves out."""
    return skip_sheet(sheet.mapping)


def taken_back(sheet: SheetPlan) -> SheetMapping:
    """Return the mapping of a sheet no longer left out; reading the file judges it anew."""
    return replace(sheet.mapping, problem=None)


def titled_by(row: int) -> Change:
    """Return what maps a sheet anew by the titles in a row."""
    return lambda sheet: propose_mapping(Sheet(sheet.mapping.sheet, sheet.rows), row)


def _summarise(plan: Plan) -> FileSummary:
    orders = plan.orders
    return FileSummary(
        plan=plan,
        sheets=tuple(
            SheetSummary(sheet, len(sheet.orders), len(rejected_rows(sheet.problems)))
            for sheet in plan.sheets
        ),
        orders=len(orders),
        rejected=len(rejected_rows(plan.problems)),
        repeated=sum(sheet.repeated for sheet in plan.sheets),
        ids_removed=sum(sheet.ids_removed for sheet in plan.sheets),
        critical=sum(order.urgency == "critical" for order in orders),
        urgent=sum(order.urgency == "urgent" for order in orders),
        secret=sum(order.secrecy > 0 for order in orders),
    )


def export_errors(
    store: Store,
    actor: Actor,
    plan: Plan,
    problems: Iterable[RowProblem],
    sheets: Path,
    wanted: Path | None = None,
) -> Path:
    """Write the rejected rows into `wanted`, else beside their file, else into `sheets`.

    That they left is recorded; who took them and when stands in the file's name and on its pages.
    """
    problems = tuple(problems)
    rows = len(rejected_rows(problems))
    path = _written(store, actor, plan, problems, sheets, wanted)
    callers = rows if _names_callers(plan) else 0
    tell_left(store, actor, "errors", path, rows=rows, callers=callers)
    return path


def _names_callers(plan: Plan) -> bool:
    """Whether a column of callers is among those written out."""
    columns = (column for sheet in plan.sheets for column in sheet.mapping.columns)
    return any(column.field in ("caller_name", "caller_phone") for column in columns)


def _written(
    store: Store,
    actor: Actor,
    plan: Plan,
    problems: tuple[RowProblem, ...],
    sheets: Path,
    wanted: Path | None,
) -> Path:
    when = instant(store.clock())
    name = "-".join((plan.path.stem, say("退回"), actor.name, when.translate(_IN_A_NAME)))
    name = f"{name}.{plan.kind}"
    mark = say("GridDesk  {}  {} 导出").format(actor.name, when)
    try:
        if wanted:
            wanted.mkdir(parents=True, exist_ok=True)
        return _write_errors(plan, problems, (wanted or plan.path.parent) / name, mark)
    except (EnvironmentError_, OSError):
        try:
            sheets.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentError_(
                "file_unwritable", path=str(sheets), detail=error.strerror
            ) from error
        return _write_errors(plan, problems, sheets / name, mark)


def _write_errors(plan: Plan, problems: tuple[RowProblem, ...], path: Path, mark: str) -> Path:
    return write_error_file(plan, problems, unused_path(path), row_problem_text, mark=mark)
