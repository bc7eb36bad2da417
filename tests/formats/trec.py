"""trec.py - the SGML of the Vaswani collection against the JSON Lines made of it elsewhere."""

import collections
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading


def main(program, samples, corpora):
    source = next(pathlib.Path(samples).glob("vaswani-npl/**/doc-text.trec"))
    articles, skips = reading.read(program, [source])
    theirs = reading.json_lines(f"{corpora}/judged/vaswani-npl.jsonl.gz")
    print(f"  {len(articles)} articles; {len(theirs)} lines of JSON")
    reading.show_skips(skips)
    ours = {a["id"]: a.get("body", "") for a in articles}
    same = collections.Counter(
        "body equal" if reading.spaced(ours.get(t["id"], "")) == reading.spaced(t["body"]) else "DIFFERENT"
        for t in theirs
    )
    reading.show(same)
    return len(articles) != len(theirs) or "DIFFERENT" in same


sys.exit(main(*sys.argv[1:]))
