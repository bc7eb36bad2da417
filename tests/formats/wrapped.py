"""wrapped.py - collections of JSON Lines in other clothes: the articles must be the same.

Each is written as one JSON list, pretty and in an object, as objects one
behind the other, as CSV and TSV, and packed as tar.gz, zip, xz and zst (those
where the tools are there)."""

import csv
import gzip
import io
import json
import lzma
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading

COLLECTIONS = ("bbc", "reuters21578", "ant-ar", "fakebr-pt", "10kgnad-test-de")


def table(records, delimiter):
    names = list(dict.fromkeys(name for r in records for name in r))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(names)
    for r in records:
        values = (r.get(name) for name in names)
        writer.writerow([", ".join(map(str, v)) if isinstance(v, list) else v for v in values])
    return out.getvalue().encode()


def tar_gz(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def clothes(lines, records, packed):
    """Name and bytes of each form."""
    yield "json list", json.dumps(records, ensure_ascii=False).encode()
    yield "json pretty", json.dumps(records, indent=2).encode()
    yield "json wrapped", json.dumps({"status": "ok", "articles": records}).encode()
    yield "json objects", "\n".join(json.dumps(r, indent=1) for r in records).encode()
    yield "csv", table(records, ",")
    yield "csv ;", table(records, ";")
    yield "tsv", table(records, "\t")
    if packed:
        yield "tar.gz", tar_gz("a/b.jsonl", lines)
        yield "zip", zipped("b.jsonl", lines)
        yield "xz", lzma.compress(lines, preset=0)
        yield "zip of csv", zipped("b.csv", table(records, ","))
        if shutil.which("zstd"):
            yield "zst", zstd(lines)


def contents(articles):
    return [{k: v for k, v in a.items() if k not in ("record", "offset", "file", "format")} for a in articles]


def reads_containers(program, folder):
    probe = folder / "probe"
    probe.write_bytes(zipped("a.jsonl", b'{"title":"t"}\n'))
    return len(reading.read(program, [probe])[0]) == 1


def main(program, _, corpora):
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        packed = reads_containers(program, folder)
        if not packed:
            print("  skipped: containers, in a build without libarchive")
        for collection in COLLECTIONS:
            lines = gzip.open(f"{corpora}/news/{collection}.jsonl.gz").read()
            plain = folder / "plain"
            plain.write_bytes(lines)
            records = [json.loads(line) for line in lines.splitlines() if line.strip()]
            wanted, skips = reading.read(program, [plain])
            outcome = []
            for form, data in clothes(lines, records, packed):
                other = folder / "other"
                other.write_bytes(data)
                found, found_skips = reading.read(program, [other])
                same = contents(found) == contents(wanted) and len(found_skips) == len(skips)
                outcome.append(form if same else f"{form} DIFFERS ({len(found)})")
                bad |= not same
            print(f"  {collection}: {len(wanted)} articles, {len(skips)} skipped; the same as {', '.join(outcome)}")
    return bad


sys.exit(main(*sys.argv[1:]))
