#!/usr/bin/env bash
# How many generated programs are judged of the reference of each exercise that has a model, and how
# long all checks of the exercise take, warm. Writes a table for docs/benchmarks.md.
#
#     bash benches/programs.sh
set -euo pipefail
cd "$(dirname "$0")/.."

# As the alias `cargo grader` builds it: this is what students run.
cargo build --quiet --profile course --package grader --no-default-features
grader=${CARGO_TARGET_DIR:-target}/course/grader
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# The sum of a number over all checks of the report that judge generated programs.
field() {
    awk -v name="\"$1\":" '
        /"kind": "programs"/ { inside = 1 }
        /}/ { inside = 0 }
        inside && $1 == name { sum += $2 }
        END { print sum + 0 }
    ' "$report"
}

echo '| no | small programs | searched completely | larger programs | executions | run, ms |'
echo '|---|---|---|---|---|---|'
for checks in $(grep -l '\.programs(' solutions/*/checks/hidden.rs); do
    number=$(basename "$(dirname "$(dirname "$checks")")" | cut -d - -f 1)
    # The first run compiles, the second is warm.
    "$grader" check "$number" --solution > /dev/null 2>&1
    "$grader" check "$number" --solution --format json > "$report"
    run=$(grep -o '"run_ms": [0-9]*' "$report" | grep -o '[0-9]*$')
    small=$(field programs)
    echo "| $number | $small | $((small - $(field sampled))) | $(field larger) | $(field executions) | $run |"
done
