#!/bin/sh
# needs.sh TOOL…: one clear sentence, and exit 1, for the first tool that this machine's PATH does not have or has too old.
oldest_java=17

need() {
    command -v "$1" >/dev/null || { echo "$2, and there is no $1 on this machine's PATH." >&2; exit 1; }
}

need_java() {
    need java "Kafka needs Java $oldest_java or later"
    version=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge "$oldest_java" ] && return
    echo "Kafka needs Java $oldest_java or later, and the java on this machine's PATH is ${version:-of no known version}." >&2
    exit 1
}

for tool in "$@"; do
    case $tool in
        java) need_java ;;
        mvn) need mvn "Kafka's jars come by Maven" ;;
        npm) need npm "The pages' style comes by npm" ;;
        *) echo "needs.sh knows nothing of $tool" >&2; exit 2 ;;
    esac
done
