#!/bin/sh
# Simulate an election, publish and verify its record, attack it and verify again; then hold the
# claims about Venezuela's presidential election of 28 July 2024 against tally sheets.
#
# `escrutinio verify` exits with 1 when a record is contradicted, `escrutinio check` when a claim is.
# The attacked record and some of the claims are, so 1 is the right answer there, and anything else,
# 0 included, is a failure of the demo.
#
# The bundled example comes last, so that its report is what stays on the screen. Where the full
# public files lie beside the repository, both versions of them are checked before it.
set -eu

cd "$(dirname "$0")/.."
example=examples/ve-2024
full=../shared/data/ve-2024
stations=300
seed=7
mkdir -p build/demo

title() {
    printf '\n=== %s ===\n\n' "$1"
}

# Usage: expect STATUS WHAT COMMAND...; runs the command and fails unless it exits with STATUS.
expect() {
    wanted=$1
    what=$2
    shift 2
    status=0
    "$@" || status=$?
    echo
    if [ "$status" -ne "$wanted" ]; then
        echo "demo: FAILED: expected exit code $wanted ($what), got $status" >&2
        exit 1
    fi
    echo "demo: exit code $status, as expected: $what"
}

# Usage: simulate NAME [OPTION...]; writes build/demo/NAME anew.
simulate() {
    name=$1
    shift
    rm -rf "build/demo/$name"
    .venv/bin/escrutinio simulate --stations "$stations" --seed "$seed" "$@" "build/demo/$name"
}

# Usage: verify NAME STATUS WHAT
verify() {
    expect "$2" "$3" .venv/bin/escrutinio verify "build/demo/$1/record" \
        --anchor "build/demo/$1/anchor.toml" --html "build/demo/$1.html"
    echo "demo: the same as a page: build/demo/$1.html"
}

# Usage: check NAME SHEETS [OPTION...]; writes build/demo/NAME.html.
check() {
    name=$1
    shift
    expect 1 "some claims are contradicted by these sheets" \
        .venv/bin/escrutinio check "$@" --definition "$example" --claims "$example/claims.toml" \
        --html "build/demo/$name.html"
    if [ ! -s "build/demo/$name.html" ]; then
        echo "demo: FAILED: build/demo/$name.html was not written" >&2
        exit 1
    fi
    echo "demo: the same report as a page: build/demo/$name.html"
}

title "an invented election is counted and published, and its record verified"
simulate honest --site
if [ ! -s build/demo/honest/record/index.html ]; then
    echo "demo: FAILED: build/demo/honest/record/index.html was not written" >&2
    exit 1
fi
echo "demo: open in a browser: build/demo/honest/record/index.html"
verify honest 0 "every step passed"
title "the same record, after a sheet with more ballots than voters was counted all the same"
simulate attacked --attack hold-missing
verify attacked 1 "a step failed, and names the station"

v1=$full/resultados_mesa_v1.csv.gz
v2=$full/resultados_mesa_v2.csv.gz
if [ -f "$v1" ]; then
    title "a real election: all sheets of the first published file"
    check ve-2024-v1 "$v1" --profile "$example/profiles/v1.toml"
fi
if [ -f "$v1" ] && [ -f "$v2" ]; then
    title "all sheets of the second published file, with the rolls of the first"
    check ve-2024-v2 "$v2" --profile "$example/profiles/v2.toml" \
        --rolls "$v1" --rolls-profile "$example/profiles/v1.toml"
fi
title "a real election: the example in this repository"
check ve-2024 "$example/evidence-v2.json"
