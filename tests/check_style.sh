#!/bin/sh
# check_style.sh - what the developers' check adds to the tests: layers, lone
# headers, warnings as errors under every compiler that is installed, format.
#
# Prints what it finds, and at the end in how many of its checks; status 1 when
# in any.
set -u
cd "$(dirname "$0")/.." || exit 1
findings=$(mktemp) || exit 1
trap 'rm -f "$findings"' EXIT
bad=0

sources() { find common indexer query tests -name '*.c' | sort; }
headers() { find common indexer query tests -name '*.h' | sort; }
scripts() { find tests data setup.sh .ci -type f \( -name '*.sh' -o -name '*.awk' -o -path .ci/run \); }

# check NAME FUNCTION ...: what the function prints is what it found.
check()
{
    name=$1
    shift
    "$@" >"$findings" 2>&1
    if [ -s "$findings" ]; then
        echo "! $name"
        sed 's/^/  /' "$findings"
        bad=$((bad + 1))
    else
        echo "ok $name"
    fi
}

compilers() { for cc in gcc clang; do command -v "$cc"; done; }

# The flags of a build, as the Makefile has them.
flags=$(make -s --eval 'flags: ; @echo $(BASE_CFLAGS) $(CFLAGS)' flags)

layers() { awk -f tests/check_layers.awk tests/layers.txt $(sources) $(headers); }

# Only what does not compile: the sources are held to the warnings.
lone_headers()
{
    headers | while read -r header; do
        printf '#include "%s"\n' "$header" |
            "$1" $flags -w -fsyntax-only -x c - 2>&1 | grep error | sed "s|^|$header: |"
    done
}

# Code is made, not only parsed: some warnings come from the optimiser.
warnings()
{
    sources | xargs -P 2 -n 1 "$1" $flags -Werror -c -o /dev/null
}

# How often each file is not as clang-format would have it.
format()
{
    clang-format --dry-run $(sources) $(headers) 2>&1 |
        grep -oE '^[^ :]+\.[ch]:[0-9]+:[0-9]+: (warning|error)' | cut -d : -f 1 | sort | uniq -c
}

# Words are split on purpose here, lib.sh sets what its readers use.
shell() { shellcheck -S warning -e SC1091,SC2046,SC2154 $(scripts | grep '\.sh$'); }

trailing_blanks() { grep -nE '[[:blank:]]+$' $(sources) $(headers) $(scripts) Makefile; }

tabs() { grep -nP '\t' $(sources) $(headers); }

missing_newlines()
{
    for file in $(sources) $(headers) $(scripts); do
        [ -z "$(tail -c 1 "$file")" ] || echo "$file"
    done
}

# Columns, not bytes.
long_lines()
{
    LC_ALL=C.UTF-8 grep -nE '^.{101}' $(sources) $(headers) | cut -d : -f 1,2
}

# A function's brace stands in the first column, and so does its end.
long_functions()
{
    awk 'FNR == 1 { start = 0 }
        /^[a-z].*\(/ && !/;$/ { name = $0; head = FNR }
        /^\{/ { start = head }
        /^\}/ && start {
            lines = FNR - start + 1
            if (lines > 60)
                printf "%s:%d: %d lines: %s\n", FILENAME, start, lines, name
            start = 0
        }' $(sources)
}

machine_paths()
{
    grep -nE '/(home|root|w[o]rk)/[a-z]' $(sources) $(headers) $(scripts | grep -v check_style) Makefile ./*.md
}

check 'layers' layers
for cc in $(compilers); do
    check "each header alone, $(basename "$cc")" lone_headers "$cc"
    check "no warnings, $(basename "$cc")" warnings "$cc"
done
command -v clang-format >/dev/null && check 'clang-format' format
command -v shellcheck >/dev/null && check 'shellcheck' shell
check 'trailing blanks' trailing_blanks
check 'newline at the end' missing_newlines
check 'no tabs' tabs
check 'lines up to 100 columns' long_lines
check 'functions up to 60 lines' long_functions
check 'no path of a developer machine' machine_paths
echo "$bad checks found something"
[ "$bad" -eq 0 ]
