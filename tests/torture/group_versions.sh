#!/bin/bash
# group_versions.sh - bars 28 and 29: indexes of each version of the format, and of copies; a
# machine of another byte order (s390x by qemu-user, where both are there).
. "$(dirname "$0")/lib.sh"
fixtures=$root/tests/fixtures
refused='made by a newer version'

# answers_of INDEX: counts the questions that have another answer than the file beside it says.
differences()
{
    BUILD=$build sh "$fixtures/ask.sh" "$1" >"$scratch/answers"
    if cmp -s "$2" "$scratch/answers"; then
        echo 0
    else
        diff "$2" "$scratch/answers" | head -n 20 >&2
        echo 1
    fi
}

# ---- 28 ----

questions=0 wrong=0
for answers in "$fixtures"/format-*/*.answers; do
    questions=$((questions + $(grep -c '^\$ ' "$answers")))
    wrong=$((wrong + $(differences "${answers%.answers}" "$answers")))
done
bar 28 'questions to the frozen indexes of each version' "$questions" "$wrong"

newer=0 taken=0
sound=$fixtures/format-1/with-text
for file in "$sound"/*; do
    for version in 2 3 255; do
        rm -rf index
        cp -R "$sound" index
        printf "\\$(printf '%o' "$version")" |
            dd of="index/${file##*/}" bs=1 seek=12 conv=notrunc 2>/dev/null
        echo 'something new' >>"index/${file##*/}" # else the byte would be a damage
        for command in "$query search index storm" "$index check index" "$index merge index"; do
            newer=$((newer + 1))
            $command >out 2>err
            [ $? -eq 3 ] && grep -q "${file##*/}: $refused" err && continue
            echo "${file##*/}, version $version: $command: $(cat err)" >&2
            taken=$((taken + 1))
        done
    done
done
bar 28 'files of a newer version, each refused by name' "$newer" "$taken"

# ---- 29 ----

cp -R "$sound" copy
tar -C "$sound" -cf - . | (mkdir unpacked && tar -C unpacked -xf -)
bar 29 'questions to a copy and to one from a tar' $((2 * $(grep -c '^\$ ' "$sound.answers"))) \
    $(($(differences copy "$sound.answers") + $(differences unpacked "$sound.answers")))

other=s390x-linux-gnu-gcc
if ! command -v qemu-s390x >/dev/null || ! command -v "$other" >/dev/null; then
    skip_bar 29 'lists on a machine of the other byte order' "needs qemu-user and gcc-s390x-linux-gnu"
    finish
fi
cd "$root" || exit 1
lists=$([ -n "$quick" ] && echo 200 || echo 5000)
$other -std=c11 -D_GNU_SOURCE -I. -O2 -pthread -static -ffp-contract=off -fno-math-errno \
    tests/torture/decoders.c common/base/{mem,buf,error,interrupt}.c common/codec/*.c \
    common/index/{postings,postings_write,impact}.c common/io/{frame,file,crc32c,crc32c_sse42,fault}.c \
    -Wl,--wrap=kernels_best -o "$scratch/decoders-s390x" || die 'the other compiler fails'
make -s BUILD="$build" "$build/decoders" >/dev/null || die 'make failed'
here=$("$build/decoders" 1 "$lists") there=$(qemu-s390x "$scratch/decoders-s390x" 1 "$lists")
[ "${here%, kernels*}" = "${there%, kernels*}" ] && [ -n "$there" ]
same=$?
[ $same -eq 0 ] || echo "here $here, there $there" >&2
bar 29 'lists with the other byte order: read right, and the same bytes' "$lists" $same
finish
