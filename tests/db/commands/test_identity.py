"""Identity-card numbers are refused wherever somebody can type."""

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import InputError
from db.domain.ops import Actor
from db.store.envelopes import Caller

CLERK = Actor("a", "甲", ("duty_officer",))

NUMBER = "11010519491231002X"
GOOD = {"content": "路口井盖松动有响声", "address": "路口"}


@pytest.mark.parametrize(
    ("values", "caller", "column"),
    [
        (GOOD | {"content": f"身份证{NUMBER}，请联系他"}, Caller("", ""), "content"),
        (GOOD | {"address": f"路{NUMBER}"}, Caller("", ""), "address"),
        (GOOD, Caller(NUMBER, ""), "caller_name"),
        (GOOD, Caller("", NUMBER), "caller_phone"),
    ],
)
def test_an_identity_number_does_not_get_in(store, values, caller, column):
    with pytest.raises(InputError) as caught:
        report_incident(store, CLERK, Report(values, caller))
    assert (caught.value.code, caught.value.params["column"]) == ("id_number_found", column)
