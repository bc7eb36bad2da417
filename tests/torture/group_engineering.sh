#!/bin/bash
# group_engineering.sh - the same tests, built in every way: bars 66 to 68.
#
# BUILDS='asan tsan valgrind fortify gcc-O0 gcc-O3 clang-O0 clang-O2 clang-O3 coverage mutants':
# those that are to be run, all unless told. Each has a directory of its own under build/,
# so that a second run compiles what changed. TESTS='lock file': these unit tests alone.
# MUTANTS=N tries one mutant in N.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
builds=${BUILDS:-asan tsan valgrind fortify gcc-O0 gcc-O3 clang-O0 clang-O2 clang-O3 coverage mutants}

# What runs on several threads; similar takes six minutes, ingest two and a half.
threaded=${TESTS:-ingest ingest_faults index_writer copies columns no_text similar lists collapse search}

# Valgrind takes thirty times as long: QUICK leaves these out.
slow='search similar check ingest ingest_faults archive_container html_scan query_language'

unit_tests=${TESTS:-$(cd tests/unit && ls test_*.c | sed 's/^test_\(.*\)\.c$/\1/')}

test_programs() # BUILD [NAME...]: all when none is named
{
    local directory=$1
    shift
    [ $# -gt 0 ] || set -- $unit_tests
    for name; do echo "$directory/tests/test_$name"; done
}

# Compiles into a directory; what the compiler said is a finding.
compile() # NAME CC CFLAGS SANITIZE TARGET...
{
    local name=$1 cc=$2 flags=$3 sanitize=$4
    shift 4
    if ! make --no-print-directory -j"$jobs" BUILD="build/$name" CC="$cc" CFLAGS="$flags" \
        SANITIZE="$sanitize" "$@" >"$scratch/$name.build" 2>&1; then
        tail -20 "$scratch/$name.build" >&2
        return 1
    fi
    warnings=$(grep -c 'warning:' "$scratch/$name.build")
    [ "$warnings" -eq 0 ] || grep 'warning:' "$scratch/$name.build" >&2
}

# The last line of run_unit.sh and of the command-line tests: "N passed, N failed, N skipped".
sums() # FILE
{
    awk '/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3 } END { print p + 0, f + 0 }' "$1"
}

tell() # NAME WHAT: of the log of its tests
{
    local log=$scratch/$1.log passed failed
    read -r passed failed <<<"$(sums "$log")"
    reports=$(grep -cE 'runtime error:|(ERROR|WARNING): (Address|Thread|Leak|UndefinedBehavior)Sanitizer|^==[0-9]+== [A-Z]' "$log")
    [ "$passed" -gt 0 ] || failed=$((failed + 1))
    [ $((failed + reports)) -eq 0 ] || grep -E 'FAILED|runtime error:|Sanitizer|^==|not ok' "$log" | head -40 >&2
    bar 66 "$2" "$passed" $((failed + reports + warnings))
}

whole_suite() # NAME WHAT CC CFLAGS [SANITIZE]
{
    warnings=0
    if ! compile "$1" "$3" "$4" "${5:-}" all "build/$1/fuzz-replay" "build/$1/decoders" \
        $(test_programs "build/$1"); then
        bar 66 "$2" 0 1
        return
    fi
    {
        tests/run_unit.sh $(test_programs "build/$1")
        [ -n "${TESTS:-}" ] || BUILD=build/$1 tests/cli/run.sh
    } >"$scratch/$1.log" 2>&1
    tell "$1" "$2"
}

with_threads()
{
    local what='tests on several threads under ThreadSanitizer'
    warnings=0
    if ! compile tsan cc '-O1 -g' thread all $(test_programs build/tsan $threaded); then
        bar 66 "$what" 0 1
        return
    fi
    TSAN_OPTIONS="halt_on_error=0 ${TSAN_OPTIONS:-}" \
        tests/run_unit.sh $(test_programs build/tsan $threaded) >"$scratch/tsan.log" 2>&1
    tell tsan "$what"
}

# A program that stands for each test: run_unit.sh knows nothing of valgrind.
under_valgrind()
{
    local what='unit tests under valgrind' names
    command -v valgrind >"$scratch/out" || { skip_bar 66 "$what" 'no valgrind'; return; }
    names=$(echo $unit_tests | tr ' ' '\n')
    [ -z "$quick" ] || names=$(echo "$names" | grep -vxF "$(echo $slow | tr ' ' '\n')")
    warnings=0
    compile valgrind cc '-O1 -g' '' $(test_programs build/valgrind $names) || { bar 66 "$what" 0 1; return; }
    mkdir -p "$scratch/valgrind"
    for name in $names; do
        cat >"$scratch/valgrind/test_$name" <<SCRIPT
#!/bin/sh
exec valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --child-silent-after-fork=yes "$root/build/valgrind/tests/test_$name"
SCRIPT
        chmod +x "$scratch/valgrind/test_$name"
    done
    tests/run_unit.sh $(for name in $names; do echo "$scratch/valgrind/test_$name"; done) \
        >"$scratch/valgrind.log" 2>&1
    tell valgrind "$what"
}

branches()
{
    local table=$scratch/coverage
    make --no-print-directory coverage >"$table" 2>&1 || true
    awk -F '\t' '$2 == "all" { print $1, $3, $5 }' "$table" | while read -r group total share; do
        echo "$group $total $share" >>"$scratch/groups"
    done
    [ -s "$scratch/groups" ] || { tail -20 "$table" >&2; bar 67 'branches' 0 1; return; }
    while read -r group total share; do
        bar 67 "branches taken, $group: $share %" "$total" "$(awk -v s="$share" 'BEGIN { print (s < 95) }')"
    done <"$scratch/groups"
}

mutants()
{
    local table=$scratch/mutants
    STRIDE=${MUTANTS:-$(of 1 20)} JOBS=$jobs nice python3 "$torture/mutate.py" "$root/build/mutants" >"$table" 2>&1
    local status=$?
    awk -F '\t' '$1 ~ /^all, / { print $2, $4 }' "$table" >"$scratch/killed"
    read -r cases share <"$scratch/killed" || { tail -20 "$table" >&2; cases=0 share=0; }
    [ $status -eq 0 ] || sed '1,/^all, /d' "$table" >&2
    bar 68 "mutants killed: $share %" "$cases" $status
}

for one in $builds; do
    case $one in
    asan) whole_suite asan 'all tests, address and undefined-behaviour sanitizers' cc '-O1 -g' address,undefined ;;
    tsan) with_threads ;;
    valgrind) under_valgrind ;;
    fortify) whole_suite fortify 'all tests, _FORTIFY_SOURCE=3' cc '-O2 -g -D_FORTIFY_SOURCE=3' ;;
    gcc-* | clang-*)
        if command -v "${one%-*}" >"$scratch/out"; then
            whole_suite "$one" "all tests, $one" "${one%-*}" "-${one#*-} -g"
        else
            skip_bar 66 "all tests, $one" "no ${one%-*}"
        fi
        ;;
    coverage) branches ;;
    mutants) mutants ;;
    *) die "no build $one" ;;
    esac
done
finish
