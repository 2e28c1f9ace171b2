"""Requests to a hub as a station makes them, and as it should not."""

import httpx

from db.sync.signing import request_text, signer_of

WEB = httpx.Client(verify=False, trust_env=False, timeout=60)
"""One client for all: a new one reads the machine's certificates each time."""


def signer(store):
    return store.read(lambda c: signer_of(c, store.site.town))


def sealed(store, url, method, path, body=b"", **changes):
    """The headers of a signed request, some of them wrong on purpose."""
    hello = WEB.get(f"{url}/v1/hello").json()
    nonce = changes.get("nonce", hello["nonce"])
    message = request_text(hello["hub_id"], method, path, nonce, changes.get("signed", body))
    return {
        "X-Site": changes.get("site", store.site.id),
        "X-Nonce": nonce,
        "X-Signature": (changes.get("by") or signer(store)).sign(message).hex(),
    }


def ask(store, url, method, path, body=b"", headers=None, **changes):
    """Make a signed request and return the answer."""
    sealing = sealed(store, url, method, path, body, **changes)
    return WEB.request(
        method,
        url + path,
        content=changes.get("sent", body),
        headers={**sealing, **(headers or {})},
    )


def is_problem(answer, status, code):
    """Check that an answer is this refusal, and return it."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"] == code
    assert isinstance(problem["retry"], bool)
    return problem
