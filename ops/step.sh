#!/bin/sh
# step.sh LABEL COMMAND…: runs the command quietly, shows the label with the seconds that pass, its output only if it fails.
label=$1
shift
began=$(date +%s)
output=$(mktemp)
trap 'rm -f "$output"' EXIT
"$@" >"$output" 2>&1 &
command=$!
trap 'kill "$command" 2>/dev/null; exit 130' INT TERM
if [ -t 1 ]; then
    while kill -0 "$command" 2>/dev/null; do
        printf '\r  %-44s %6d s ' "$label …" "$(($(date +%s) - began))"
        sleep 0.5
    done
    printf '\r'
fi
wait "$command"
code=$?
printf '  %-44s %6d s \n' "$label" "$(($(date +%s) - began))"
if [ "$code" -ne 0 ]; then
    cat "$output" >&2
    printf '%s did not work (exit code %d); what it said is above.\n' "$label" "$code" >&2
fi
exit "$code"
