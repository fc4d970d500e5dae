#!/usr/bin/env bash
# How often a plain loop of real runs finds that the ticket office of exercise 15 without a lock sells
# a ticket twice, for each number of customers at once. Each run is a rush for one ticket.
#
#     bash benches/oversold.sh [RUNS] [ANSWER]
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-10000}
answer=${2:-no_lock}
target=${CARGO_TARGET_DIR:-$PWD/target}
crate=$target/tmp/oversold
mkdir -p "$crate/src"
cargo run --quiet --package grader --features teacher -- dev wrong show 15 "$answer" > "$crate/src/answer.rs"
cp benches/oversold/main.rs "$crate/src/main.rs"
cat > "$crate/Cargo.toml" << END
[package]
name = "oversold"
version = "0.0.0"
edition = "2024"

[dependencies]
os = { package = "interleave-os", path = "$PWD/grader/os" }

[workspace]
END
CARGO_TARGET_DIR=$target/oversold cargo build --quiet --release --manifest-path "$crate/Cargo.toml"
echo "| customers | runs | runs that sell a ticket twice | s |"
echo "|---|---|---|---|"
for customers in 2 4 8; do
    "$target/oversold/release/oversold" "$runs" "$customers"
done
