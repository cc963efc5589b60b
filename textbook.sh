#!/bin/sh
# Runs the textbook chapter's experiments, from any folder, after building what has changed:
#
#   ./textbook.sh list                      the experiments
#   ./textbook.sh plugins                   the techniques
#   ./textbook.sh run [--only NAME,...]     runs experiments; the report goes to ./textbook-report
#   ./textbook.sh lr-find                   finds a learning rate
#   ./textbook.sh run --help                all the options
#
# Needs a JDK (17 or later) and Maven. Nothing is installed except what Maven downloads to ~/.m2.
#
# On Windows this line does the same, in the folder of this file:
#
#   mvn -q -B -pl textbook -am "-Ptextbook,newer-openblas" "-Dspotless.check.skip" "-Denforcer.skip" "-Djacoco.skip" "-Dmaven.compiler.failOnWarning=false" process-classes "-Dargs=run --only NAME"
#
# The quotes are for PowerShell, which breaks what starts with - at the first dot.

set -u

fail() {
  printf '%s\n' "textbook.sh: $1" >&2
  exit 1
}

script=$0
while [ -h "$script" ]; do
  link=$(readlink "$script") || fail "cannot read the link $script"
  case $link in
    /*) script=$link ;;
    *) script=$(dirname -- "$script")/$link ;;
  esac
done
root=$(CDPATH= cd -- "$(dirname -- "$script")" && pwd) || fail "cannot find the folder of $script"
[ -f "$root/textbook/pom.xml" ] ||
  fail "$root is not the project's folder; run textbook.sh where it was cloned to, or link to it"
target=$root/textbook/target
list=$target/classpath.txt
stamp=$target/textbook.stamp

java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
command -v "$java" >/dev/null 2>&1 ||
  fail "no Java found ($java); install a JDK, 17 or later, and put it on the PATH or set JAVA_HOME"
version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | head -n 1)
[ "${version:-0}" -ge 17 ] ||
  fail "Java 17 or later is needed, $java is ${version:-unknown}; install a later JDK or set JAVA_HOME"

# Whether the build is older than any source, was moved, or lost a jar.
is_stale() {
  [ -f "$stamp" ] && [ -s "$list" ] || return 0
  [ -n "$(find "$root/pom.xml" "$root"/build/*/pom.xml "$root"/extensions-*/pom.xml \
    "$root/textbook/pom.xml" "$root"/extensions-*/src/main "$root/textbook/src/main" \
    -newer "$stamp" 2>/dev/null | head -n 1)" ] && return 0
  case $(cat "$list") in
    *"$root/extensions-spi/"*) ;;
    *) return 0 ;;
  esac
  set -f
  IFS=:
  for entry in $(cat "$list"); do
    [ -e "$entry" ] || return 0
  done
  return 1
}

if (is_stale); then
  command -v mvn >/dev/null 2>&1 ||
    fail "no Maven found; install Maven 3.8 or later and put mvn on the PATH"
  echo "building ..." >&2
  mkdir -p "$target" && : >"$stamp.new" || fail "cannot write to $target"
  (
    cd "$root" && mvn -q -B -pl textbook -am -Ptextbook-classpath,newer-openblas process-classes \
      -DskipTests -Dspotless.check.skip -Denforcer.skip -Djacoco.skip \
      -Dmaven.compiler.failOnWarning=false -Dstyle.color=never >&2
  ) || fail "the build failed; the messages above say why"
  # The time when the build began: what was edited meanwhile is built the next time.
  mv "$stamp.new" "$stamp" || fail "cannot write to $target"
fi

set -- -cp "$target/classes:$(cat "$list")" io.github.dl4jext.textbook.Main "$@"
# Silences JavaCPP's warnings; older versions do not know the second flag.
[ "$version" -ge 24 ] &&
  set -- --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "$@"

# One thread: on small networks the pools of OpenMP and OpenBLAS fight for the cores.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
export OPENBLAS_NUM_THREADS="${OPENBLAS_NUM_THREADS:-1}"
exec "$java" -Xmx2g -Dorg.bytedeco.javacpp.maxbytes=4G \
  -Dorg.bytedeco.javacpp.maxphysicalbytes=0 "$@"
