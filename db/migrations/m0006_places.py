"""Places: what is open near a point or in a village, and what was closed there of late."""

from sqlite_utils import Database

_STATEMENTS = (
    "CREATE INDEX incident_open_point ON incident (lat_e6, lon_e6)"
    " WHERE is_open = 1 AND lat_e6 IS NOT NULL",
    "CREATE INDEX incident_open_village ON incident (village, taken_in_at) WHERE is_open = 1",
    # A week's closings are then told apart by place without reading their rows.
    "DROP INDEX incident_closed",
    "CREATE INDEX incident_closed ON incident (closed_at, village, lat_e6, lon_e6)"
    " WHERE closed_at IS NOT NULL",
)


def migrate(db: Database) -> None:
    """Add the first two; widen the third."""
    for statement in _STATEMENTS:
        db.execute(statement)
