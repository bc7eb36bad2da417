#!/bin/sh
# test_containers.sh - the same articles, whatever they are packed in.
. "$(dirname "$0")/lib.sh"

has() { command -v "$1" >/dev/null 2>&1; }
# The library is optional: a build without it says so of the first tar.
tar_is_read() { index add -q probe probe.tar 2>err || ! grep -q 'build with libarchive' err; }

# adds FILE...: all that is in them is in the index `whole` already.
adds()
{
    for file in "$@"; do
        run 0 index add whole "$file"
        err_has ' 0 added, 0 replaced, 88 the same, 0 older, 0 skipped'
    done
}

mkdir in
cp "$data/articles.jsonl" "$data/wire.jsonl.gz" in
run 0 index add -q whole in

it 'reads gzip in gzip'
gzip -c in/wire.jsonl.gz >twice
run 0 index add whole twice
err_has '^10 records: 0 added, 0 replaced, 10 the same'

if has tar && tar cf probe.tar in/wire.jsonl.gz && tar_is_read; then
    it 'reads tar, packed or not'
    tar cf all.tar in
    gzip -k all.tar
    adds all.tar all.tar.gz
    for packer in xz zstd bzip2; do
        has "$packer" && $packer -q -c <all.tar >"all.$packer" && adds "all.$packer"
    done

    it 'reads a container from standard input'
    index add whole - <all.tar.gz 2>err || fail 'status'
    err_has ' 88 the same'

    it 'names members by the way to them'
    printf '{"id":"x"}\n' >empty.jsonl
    tar cf bad.tar empty.jsonl
    tar cf outer.tar bad.tar
    run 4 index add named outer.tar
    err_has '^outer\.tar!bad\.tar!empty\.jsonl: record 1, byte 0: no text$'

    it 'writes nothing beside the index'
    ln -s /tmp link
    tar cPf ways.tar --transform 's|^|../../|' empty.jsonl link
    mkdir alone
    cd alone || exit 1
    run 4 index add -q ../ways.index ../ways.tar
    err_has '^\.\./ways\.tar!.*link: .*not a regular file: symbolic link'
    [ "$(ls | tr '\n' ' ')" = 'err out ' ] || fail "files: $(ls)"
    cd ..
    [ ! -e ../empty.jsonl ] || fail 'a member climbed out'
else
    it 'reads tar, packed or not'
    skip 'no tar, or a build without libarchive'
fi

if has python3 && [ -f all.tar ]; then
    it 'reads zip, stored or deflated'
    python3 - <<'END'
import zipfile
for name, how in (("stored.zip", zipfile.ZIP_STORED), ("deflated.zip", zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(name, "w", how) as z:
        for member in ("in/articles.jsonl", "in/wire.jsonl.gz"):
            z.write(member)
END
    adds stored.zip deflated.zip

    it 'says where a zip is damaged, and keeps what stands before'
    head -c 30000 stored.zip >cut.zip
    run 4 index add cut.index cut.zip
    err_has '^cut\.zip!in/articles\.jsonl: record 0, byte [0-9]+: damaged container: '
fi

finish
