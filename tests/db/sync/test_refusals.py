"""What a hub refuses becomes an error of ours, whatever it says and however long."""

import orjson
import pytest

from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.sync.refusals import CHAIN_CODES, MAX_TOLD, refusal_of


def refusal(status=400, headers=(), **problem):
    return refusal_of(status, dict(headers), orjson.dumps(problem))


@pytest.mark.parametrize("code", sorted(CHAIN_CODES))
def test_what_concerns_a_chain_names_it(code):
    error = refusal(409, code=code, site="s1", epoch=2, seq=3, title="x")
    assert type(error) is InputError
    assert (error.code, error.params) == (code, {"site": "s1", "epoch": 2, "seq": 3})


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("enrol_code_used", RuleError),
        ("station_taken", RuleError),
        ("key_revoked", EnvironmentError_),
        ("hub_full", EnvironmentError_),
        ("too_large", EnvironmentError_),
    ],
)
def test_whose_fault_it_is_stays_known(code, kind):
    assert type(refusal(code=code)) is kind


@pytest.mark.parametrize(("status", "code"), [(400, "hub_refused"), (500, "hub_failed")])
@pytest.mark.parametrize("said", ["disk_full", "", 5, None, ["fork"], {"fork": 1}])
def test_a_code_that_is_not_a_hubs_to_give_stays_general(status, code, said):
    error = refusal(status, code=said)
    assert (type(error), error.code) == (EnvironmentError_, code)
    assert error.params["status"] == status


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"\xff", b"[" * 9_000])
def test_an_answer_that_is_no_problem_document_is_a_refusal_all_the_same(body):
    assert refusal_of(404, {}, body).code == "hub_refused"


def test_what_is_told_is_short_and_of_plain_values():
    error = refusal(code="gap", site="s" * 9_999, expected={"a": 1}, seq=[1], limit=7, reason="x")
    assert error.params == {"site": "s" * MAX_TOLD, "limit": 7}
    assert len(refusal(code="y" * 9_999).params["found"]) == 60


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("99999", 900), ("9" * 5_000, 900), ("-5", 0), ("soon", 0), ("٣", 0), ("", 0)],
)
@pytest.mark.parametrize("status", [429, 503])
def test_who_is_busy_says_for_how_long(status, header, seconds):
    error = refusal(status, {"Retry-After": header}, code="fork")
    assert (error.code, error.params) == ("hub_busy", {"seconds": seconds})
