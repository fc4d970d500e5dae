#!/usr/bin/env bash
# How long a student waits after an edit: `grader check` against `cargo test` on the same
# crate with an equivalent plain test. Both in one run, turn and turn about, warm.
#
#     bash benches/check.sh [ROUNDS]        (10 rounds by default)
#
# Prints `median/least` in milliseconds, and ratios of the medians. `compile` is compiling and
# linking, `run` exploring and judging, both as the grader's report says; `check` and
# `cargo test` are whole processes.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-10}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Answers that are compiled here must not push those of the course out of its cache.
export GRADER_CACHE=${GRADER_CACHE:-$work/cache}

# As the alias `cargo grader` builds it: this is what students run.
cargo build --quiet --profile course --package grader --no-default-features
grader=${CARGO_TARGET_DIR:-target}/course/grader

now() { echo $(($(date +%s%N) / 1000000)); }
median() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
both() { echo "$(median "$1")/$(sort -n "$1" | head -n 1)"; }
field() { grep -o "\"$1\": [0-9]*" "$2" | head -n 1 | grep -o '[0-9]*$'; }

printf '%-4s %9s %9s %9s %11s %15s %13s\n' \
    no compile run check 'cargo test' 'compile / cargo' 'check / cargo'
for number in 23 30; do
    reference=$(echo solutions/"$number"-*/src/lib.rs)
    answer=$work/$number/answer
    mkdir -p "$answer/src" "$answer/tests"
    cp "$reference" "$answer/src/lib.rs"
    cp "benches/plain/$number.rs" "$answer/tests/plain.rs"
    printf '[package]\nname = "answer"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n' \
        > "$answer/Cargo.toml"
    for round in $(seq 0 "$rounds"); do
        # An edit: the content differs in every round. Round 0 warms up.
        echo "// round $round" >> "$answer/src/lib.rs"
        start=$(now)
        "$grader" check "$number" --source "$answer/src/lib.rs" --format json > "$work/report.json"
        middle=$(now)
        cargo test --quiet --offline --manifest-path "$answer/Cargo.toml" \
            --target-dir "$work/target" > "$work/cargo.log" 2>&1 || { cat "$work/cargo.log"; exit 1; }
        end=$(now)
        [ "$round" -gt 0 ] || continue
        echo $((middle - start)) >> "$work/$number.check"
        echo $((end - middle)) >> "$work/$number.cargo"
        field compile_ms "$work/report.json" >> "$work/$number.compile"
        field run_ms "$work/report.json" >> "$work/$number.run"
    done
    compile=$(median "$work/$number.compile")
    check=$(median "$work/$number.check")
    cargo_test=$(median "$work/$number.cargo")
    printf '%-4s %9s %9s %9s %11s %15s %13s\n' "$number" \
        "$(both "$work/$number.compile")" "$(both "$work/$number.run")" \
        "$(both "$work/$number.check")" "$(both "$work/$number.cargo")" \
        "$(awk "BEGIN {printf \"%.2f\", $compile / $cargo_test}")" \
        "$(awk "BEGIN {printf \"%.2f\", $check / $cargo_test}")"
done
