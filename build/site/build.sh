#!/usr/bin/env bash
# Builds the project's pages and its Javadoc as a site with search and a dark mode: target/site/index.html.
# Needs Java, Maven, and MkDocs with its Material theme (Debian: apt-get install mkdocs mkdocs-material).
# --pages leaves the Javadoc out. A link that leads nowhere ends it.
# The search needs a web server, such as: python3 -m http.server -d target/site
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v mkdocs > /dev/null || {
  echo "build.sh: mkdocs must be installed; on Debian: apt-get install mkdocs mkdocs-material" >&2
  exit 1
}
pages=target/site-pages
rm -rf "$pages" target/site
mkdir -p "$pages"
tar -c README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENSE textbook/README.md docs | tar -x -C "$pages"

# Sources that pages link to come along, and folders become lists of what is in them.
find "$pages" -name '*.md' | while read -r page; do
  folder=$(dirname "${page#"$pages"/}")
  { grep -oE '\]\([^)#:]+' "$page" || true; } | cut -c3- | while read -r link; do
    target=$(realpath -m --relative-to=. "$folder/$link")
    if [[ -f $target && ! -e $pages/$target ]]; then
      mkdir -p "$pages/$(dirname "$target")"
      cp "$target" "$pages/$target"
    elif [[ -d $target && ! -e $pages/$target/README.md ]]; then
      mkdir -p "$pages/$target"
      { echo "# $target"; echo; find "$target" -maxdepth 1 -type f -printf '* %f\n' | sort; } > "$pages/$target/README.md"
    fi
  done
done

{
  echo '# Javadoc'
  echo
  if [[ ${1:-} == --pages ]]; then
    echo 'It was left out of this build.'
  else
    mvn -B -q package javadoc:aggregate -DskipTests -Djacoco.skip -Dspotless.check.skip -P'!null-checks' \
      -pl '!textbook,!integration-tests,!benchmarks' >&2
    mkdir -p "$pages/javadoc"
    cp -r target/reports/apidocs "$pages/javadoc/" 2> /dev/null || cp -r target/site/apidocs "$pages/javadoc/"
    echo '[All packages](javadoc/apidocs/index.html)'
  fi
} > "$pages/javadoc.md"

mkdocs build --strict --quiet --config-file build/site/mkdocs.yml

# MkDocs looks at links between pages only: here at all that stay on the site.
dead=$(find target/site -name '*.html' -not -path '*/apidocs/*' | while read -r page; do
  { grep -oE '(href|src)="[^"#?:]+["#?]' "$page" || true; } | cut -d'"' -f2 | tr -d '#?' | sort -u | while read -r link; do
    [[ $link == /* || -e $(dirname "$page")/$link ]] || echo "${page#target/site/}: $link"
  done
done)
[[ -z $dead ]] || { printf 'build.sh: links that lead nowhere:\n%s\n' "$dead" >&2; exit 1; }
echo "target/site/index.html"
