"""reuters.py - the SGML of Reuters-21578 against the JSON Lines made of it elsewhere.

Each field of each article is compared, and each difference counted under its
reason; one without a reason makes the status 1.
"""

import collections
import difflib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading


def only_repeats_are_missing(theirs, ours):
    """Whether ours is theirs without passages that ours has elsewhere."""
    a, b = theirs.split(), ours.split()
    whole = " ".join(b)
    steps = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    gone = [" ".join(a[i:j]) for kind, i, j, _, _ in steps if kind != "equal"]
    return all(kind in ("equal", "delete") for kind, *_ in steps) and all(
        passage in whole for passage in gone
    )


def reason(field, theirs, ours):
    if theirs == ours:
        return "equal"
    if reading.spaced(theirs) == reading.spaced(ours):
        return "equal but for the amount of white space"
    if reading.dense(theirs) == reading.dense(ours):
        return "equal but for a space where the source has a control character"
    if field == "date" and not ours:
        return f"no date: {theirs!r} is none"
    if field == "body" and only_repeats_are_missing(theirs, ours):
        return "equal but for paragraphs that repeat an earlier one"
    return "DIFFERENT"


def main(program, samples, corpora):
    sources = sorted(pathlib.Path(samples).glob("reuters21578/data/reut2-*.sgm"))
    articles, skips = reading.read(program, sources)
    ours = {a["id"]: a for a in articles}
    theirs = reading.json_lines(f"{corpora}/news/reuters21578.jsonl.gz")
    print(f"  {len(sources)} files, {len(articles)} articles; {len(theirs)} lines of JSON")
    reading.show_skips(skips)
    counts = collections.Counter()
    for line in theirs:
        article = ours.get(line["id"])
        if article is None:
            empty = not line["title"] and not line["body"]
            counts["not read, has no text" if empty else "MISSING " + line["id"]] += 1
            continue
        for field in ("title", "body", "date", "category"):
            mine = article.get(field, "")
            if field == "category":
                mine = mine.replace(", ", ";")
            why = reason(field, line[field], mine)
            if why == "DIFFERENT":
                print(f"  {line['id']} {field}: {line[field]!r} is not {mine!r}")
            counts[f"{field}: {why}"] += 1
    reading.show(counts)
    return any("DIFFERENT" in c or "MISSING" in c for c in counts)


sys.exit(main(*sys.argv[1:]))
