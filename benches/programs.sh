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

field() { grep -o "\"$1\": [0-9]*" "$report" | head -n 1 | grep -o '[0-9]*$'; }

echo '| no | small programs | searched completely | larger programs | executions | run, ms |'
echo '|---|---|---|---|---|---|'
for model in solutions/*/checks/model.rs; do
    number=$(basename "$(dirname "$(dirname "$model")")" | cut -d - -f 1)
    # The first run compiles, the second is warm.
    "$grader" check "$number" --solution > /dev/null 2>&1
    "$grader" check "$number" --solution --format json > "$report"
    run=$(field run_ms)
    sed -i '/"kind": "programs"/,$!d' "$report"
    small=$(field programs)
    echo "| $number | $small | $((small - $(field sampled))) | $(field larger) | $(field executions) | $run |"
done
