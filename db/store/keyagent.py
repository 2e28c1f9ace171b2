"""The process that talks to the system's key store: a request on stdin, the answer on stdout."""

import secrets
import sys

SERVICE = "GridDesk"


def main() -> int:
    """Serve one request: probe, get NAME, set NAME SECRET, drop NAME."""
    import keyring  # lazy: this module is also imported to be frozen
    import orjson
    from keyring.backends import fail, null

    verb, name, *rest = orjson.loads(sys.stdin.buffer.read())
    backend = keyring.get_keyring()
    if isinstance(backend, (fail.Keyring, null.Keyring)) or backend.priority < 1:
        sys.stderr.write(f"no key store: {type(backend).__module__}")
        return 1
    if verb == "set":
        keyring.set_password(SERVICE, name, rest[0])
        answer = "ok" if keyring.get_password(SERVICE, name) == rest[0] else ""
    elif verb == "get":
        answer = keyring.get_password(SERVICE, name) or ""
    elif verb == "drop":
        keyring.delete_password(SERVICE, name)
        answer = "ok"
    else:
        answer = _probe(name)
    sys.stdout.write(answer)
    return 0 if answer else 1


def _probe(name: str) -> str:
    import keyring

    secret = secrets.token_hex(8)
    keyring.set_password(SERVICE, name, secret)
    same = keyring.get_password(SERVICE, name) == secret
    keyring.delete_password(SERVICE, name)
    return "ok" if same else ""


if __name__ == "__main__":
    sys.exit(main())
