#!/bin/sh
# Measures our times divided by those of DL4J's own classes, and writes docs/benchmarks.md.
#   benchmarks/run.sh              about ten minutes: both sides in turns in one program, least processor time
#   benchmarks/run.sh full         hours: JMH, with the settings of each class
#   benchmarks/run.sh short peers  with PyTorch beside it (or: full peers); downloads its binaries, 150 MB
set -e
cd "$(dirname "$0")/.."
exec mvn -B -q -pl benchmarks -am -Pratios${2:+,$2} -DskipTests -Djacoco.skip verify -Dratios="${1:-short}"
