#!/usr/bin/env bash
# Asks the public lists of known flaws about every locked version. Says plainly where it cannot.
set -uo pipefail
cd "$(dirname "$0")/.."

venv=build/audit-venv
if [ ! -x "$venv/bin/pip-audit" ]; then
    "${PYTHON:-python3}" -m venv --clear "$venv"
    if ! "$venv/bin/pip" install -q --disable-pip-version-check pip-audit; then
        echo "not checked: pip-audit could not be fetched (no network, or not offered there)" >&2
        exit 2
    fi
fi
log=build/audit.log
"$venv/bin/pip-audit" --disable-pip --require-hashes -r packaging/constraints.txt > "$log" 2>&1
code=$?
unasked=$(grep -c "could not be audited" "$log" || true)
if [ "$unasked" -eq 0 ] || [ "$code" -ne 0 ]; then
    grep -v "could not be audited" "$log"
fi
if [ "$unasked" -gt 0 ]; then
    echo "not checked: nothing is known here about $unasked locked dependencies (no network?)" >&2
    [ "$code" -ne 0 ] || code=2
fi
if [ "$unasked" -eq 0 ] && [ "$code" -ne 0 ] && ! grep -qi "vulnerabilit" "$log"; then
    echo "not checked: the list of known flaws could not be asked (no network?)" >&2
    exit 2
fi
exit "$code"
