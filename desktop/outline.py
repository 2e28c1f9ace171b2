"""An error without a word of what people entered: types and lines, no message. No Qt."""

from traceback import extract_tb

from db.domain.errors import GridDeskError


def outline(error: BaseException) -> str:
    """Return the types and lines of an error and of its causes, latest first, and no message.

    A message may hold what somebody typed.
    """
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(_name(cause))
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines)


def _name(error: BaseException) -> str:
    if isinstance(error, GridDeskError):
        return f"{type(error).__name__} {error.code}"
    if isinstance(error, OSError):
        return f"{type(error).__name__} {error.errno}"
    return type(error).__name__
