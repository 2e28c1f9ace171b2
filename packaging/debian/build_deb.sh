#!/usr/bin/env bash
# Make dist/griddesk_VERSION_ARCH.deb of the bundle in dist/griddesk. build.sh calls this.
set -euo pipefail
cd "$(dirname "$0")/../.."

bundle=dist/griddesk
report=build/bundle.json
version=$(.venv/bin/python -c 'from importlib.metadata import version; print(version("griddesk"))')
architecture=$(dpkg --print-architecture)
depends=$(.venv/bin/python -c 'import json; print(", ".join(json.load(open("'"$report"'"))["depends"]))')

tree=build/deb
rm -rf "$tree"
install -d "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin" "$tree/usr/share/doc/griddesk"
cp -a "$bundle" "$tree/opt/griddesk"
ln -s /opt/griddesk/griddesk "$tree/usr/bin/griddesk"
install -Dm644 packaging/debian/griddesk.desktop "$tree/usr/share/applications/griddesk.desktop"
install -Dm644 resources/icons/griddesk.svg \
    "$tree/usr/share/icons/hicolor/scalable/apps/griddesk.svg"
cp -r "$bundle/_internal/resources/licenses/." "$tree/usr/share/doc/griddesk/"
install -m644 packaging/debian/copyright "$tree/usr/share/doc/griddesk/copyright"
chmod -R u+rwX,go+rX,go-w "$tree"

sed -e "s/@VERSION@/$version/" \
    -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@INSTALLED_SIZE@/$(du -sk --exclude=DEBIAN "$tree" | cut -f1)/" \
    -e "s/@DEPENDS@/$depends/" packaging/debian/control.in >"$tree/DEBIAN/control"

dpkg-deb --root-owner-group -Zxz --build "$tree" "dist/griddesk_${version}_${architecture}.deb"
