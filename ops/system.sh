#!/bin/sh
# system.sh PACKAGE=COMMAND…: installs those of Debian's packages whose command is missing, where the user may; names the others.
missing=
for pair in "$@"; do
    command -v "${pair#*=}" >/dev/null || missing="$missing ${pair%%=*}"
done
[ -z "$missing" ] && exit 0
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    sudo -n true 2>/dev/null || as_root=none
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
    echo "  Not installed here, and not ours to install:$missing. The tests that need them say so and are passed over."
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  (the words are meant to be split)
$(dirname "$0")/step.sh "System packages:$missing" sh -c "$as_root apt-get update -q && $as_root apt-get install -yq --no-install-recommends $missing"
