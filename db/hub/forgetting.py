"""Carrying what was erased to a hub's own backups by the clock, beside the service."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from db.domain.errors import GridDeskError
from db.store.medium import Watch
from db.store.shredding import settle
from db.store.store import Store

EVERY = 3600.0
"""Seconds between two looks; the first is taken at once."""

log = logging.getLogger(__name__)


@contextmanager
def carrying(store: Store) -> Iterator[None]:
    """Have a hub's backups within reach forget what was erased, while this lasts."""
    ended = Event()
    thread = Thread(target=_work, args=(store, ended), name="griddesk-forgetting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _work(store: Store, ended: Event) -> None:
    watch = Watch(is_cancelled=ended.is_set)
    while not ended.is_set():
        try:
            left = settle(store, watch).left
        except (GridDeskError, OSError) as error:
            log.warning("erasures not carried on: %s", getattr(error, "code", "medium_error"))
        else:
            if left:
                log.warning("backups that erasures did not reach: %d", len(left))
        ended.wait(EVERY)
