#!/usr/bin/env bash
# Whether a check whose processes are killed at random moments leaves any of them behind: starts a
# check of processes, kills one of its processes with SIGKILL, waits for the grader, and looks a
# second later at most whether a process of its session is left. Says how many checks had a process
# killed, and ends with 1 if one has left something.
#
#     bash benches/kills.sh [CHECKS] [EXERCISE]
set -euo pipefail
cd "$(dirname "$0")/.."

checks=${1:-1000}
exercise=${2:-33}
cargo build --quiet --profile course --package grader --no-default-features
grader=${CARGO_TARGET_DIR:-target}/course/grader
# What is compiled once is no part of it.
"$grader" check "$exercise" --solution > /dev/null 2>&1
RANDOM=1

# The processes of a session that have not ended, but for the grader itself.
of_session() {
    ps -o pid= -o stat= -s "$1" | awk -v grader="$1" '$1 != grader && $2 !~ /^Z/ { print $1 }'
}

killed=0
left=0
for ((check = 1; check <= checks; check++)); do
    setsid "$grader" check "$exercise" --solution > /dev/null 2>&1 &
    session=$!
    sleep "0.$(printf '%03d' $((RANDOM % 900 + 50)))"
    mapfile -t processes < <(of_session "$session")
    if [ "${#processes[@]}" -gt 0 ]; then
        victim=${processes[$((RANDOM % ${#processes[@]}))]}
        kill -9 "$victim" 2> /dev/null && killed=$((killed + 1))
    fi
    wait "$session" || true
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        mapfile -t processes < <(of_session "$session")
        [ "${#processes[@]}" -gt 0 ] || break
        sleep 0.1
    done
    if [ "${#processes[@]}" -gt 0 ]; then
        left=$((left + 1))
        echo "check $check has left ${processes[*]}" >&2
        kill -9 "${processes[@]}" 2> /dev/null || true
    fi
done
echo "$checks checks, in $killed of them a process was killed, $left have left processes"
[ "$left" = 0 ]
