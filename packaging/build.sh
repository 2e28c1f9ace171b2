#!/usr/bin/env bash
# Wheel check, frozen program, its self-test, licences, Debian package. `make package` calls this.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
bundle=dist/griddesk

packaging/check_wheel.sh

rm -rf "$bundle" dist/griddesk_*.deb build/self-test
mkdir -p build dist
$python -m PyInstaller --noconfirm --log-level WARN \
    --workpath build/pyinstaller --distpath dist packaging/griddesk.spec
$python packaging/collect_licenses.py "$bundle"
$python packaging/sbom.py "$bundle/_internal/resources/sbom.cdx.json"
cp "$bundle/_internal/resources/sbom.cdx.json" dist/griddesk.cdx.json
$python packaging/check_bundle.py "$bundle" build/bundle.json

# From an empty folder and environment, so that nothing of the checkout helps.
mkdir -p build/self-test
(cd build/self-test && env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$PWD" GRIDDESK_HOME="$PWD/home" \
    QT_QPA_PLATFORM=offscreen ../../"$bundle"/griddesk --self-test)

packaging/debian/build_deb.sh

echo
ls -lh dist/*.deb | awk '{ print $5, $9 }'
(cd dist && sha256sum ./*.deb)
