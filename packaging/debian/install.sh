#!/usr/bin/env bash
# Install the packages of a list that are not there yet. Usage: install.sh LIST
set -euo pipefail

list=$1
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed 需要 Python 3.11 以上版本: PYTHON=python3.11 make setup" >&2
    exit 1
fi

mapfile -t wanted < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$list")
"$python" -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)

if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system. These must be there 非 Debian 系统，请自行安装: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    # A name may carry a suffix in newer releases: libcups2t64 provides libcups2.
    states=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null || true)
    grep -qx installed <<<"$states" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Missing system packages. Run this, then try again 缺少系统软件包，请先运行:" >&2
    echo "    sudo apt-get install -y ${missing[*]}" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y -qq --no-install-recommends "${missing[@]}")
echo "Installing 正在安装: ${missing[*]}"
"${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; }
