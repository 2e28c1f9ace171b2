"""Made-up batches, as many as a night holds: each is a batch or refused by a name of ours."""

from time import monotonic

import pytest

from tests.db.sync.test_batch import ODD, play
from tests.faults.soak import SEED, scaled

NIGHTLY_SECONDS = 200
"""Of each kind: what fits into the hour of all long runs."""


@pytest.mark.soak
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
def test_all_night(odd):
    print(f"SOAK_SEED={SEED}")
    ends_at, played = monotonic() + scaled(NIGHTLY_SECONDS), 0
    while monotonic() < ends_at:
        play(odd, SEED + played, 2_000)
        played += 2_000
    print(f"{odd.__name__}: {played}")
