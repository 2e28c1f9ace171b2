#!/usr/bin/env bash
# Build the wheel, install it alone in a clean venv, and see that desktop, db and resources are ours
# and nobody else's.
set -euo pipefail
cd "$(dirname "$0")/.."

out=build/wheel
rm -rf "$out"
.venv/bin/python -m hatchling build -t wheel -d "$out"
.venv/bin/python -m venv --without-pip "$out/venv"
.venv/bin/pip --python "$out/venv/bin/python" install -q --disable-pip-version-check --no-deps "$out"/*.whl

# From another folder, so that the checkout itself is not on the path.
cd "$out"
venv/bin/python - <<'PYTHON'
from importlib.metadata import packages_distributions
from importlib.util import find_spec

owners = packages_distributions()
for name in ("desktop", "db", "resources"):
    assert owners.get(name) == ["griddesk"], f"{name} belongs to {owners.get(name)}"
    assert "site-packages" in find_spec(name).origin, find_spec(name).origin
extra = {name for name, dists in owners.items() if "griddesk" in dists} - {"desktop", "db", "resources"}
assert not extra, f"the wheel installs more than it should: {extra}"
print("wheel: desktop, db, resources belong to griddesk alone")
PYTHON
