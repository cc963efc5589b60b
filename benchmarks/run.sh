#!/bin/sh
# Measures our times divided by those of DL4J's own classes, and writes docs/benchmarks.md.
#   benchmarks/run.sh        about ten minutes: both sides in turns in one program, least processor time
#   benchmarks/run.sh full   hours: JMH, with the settings of each class
set -e
cd "$(dirname "$0")/.."
exec mvn -B -q -pl benchmarks -am -Pratios -DskipTests -Djacoco.skip verify -Dratios="${1:-short}"
