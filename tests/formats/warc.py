"""warc.py - the web archives among the samples, record by record.

The records and their kinds are counted here once more by their WARC-Type
lines, in files whose lengths and members are right; each must be accounted
for. Of the files that are damaged on purpose it is said what comes of them.
"""

import collections
import pathlib
import re
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading


def unpacked(path):
    data, out = path.read_bytes(), b""
    while data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
        out += unpacker.decompress(data)
        data = unpacker.unused_data
    return out or data


def main(program, samples, _):
    samples = pathlib.Path(samples)
    disagreements = 0
    totals = collections.Counter()
    for path in sorted([*samples.glob("warcio/**/*.warc*"), *samples.glob("jwarc/**/*.warc*")]):
        articles, skips = reading.read(program, [path])
        types = re.findall(rb"^WARC-Type: *(\w+)", unpacked(path), re.M)
        details = collections.Counter(f"{s['skipped']}: {s.get('detail', '')}" for s in skips)
        named = ", ".join(f"{n} {d}" for d, n in sorted(details.items()))
        print(f"  {path.name}: {len(types)} records, {len(articles)} articles; {named}")
        disagreements += len(types) != len(articles) + len(skips)
        totals["articles"] += len(articles)
        totals["records"] += len(types)
        totals.update(f"skipped, {s['skipped']}" for s in skips)
    reading.show(totals)
    return disagreements


sys.exit(main(*sys.argv[1:]))
