"""ninjs.py - the samples of ninjs 1.4, 2.1 and 3.0 against what each states."""

import collections
import json
import pathlib
import re
import sys

sys.path[0] = str(pathlib.Path(__file__).parent / "lib")  # html.py beside this is not Python's
import html

import reading


# What a sample has beyond the standard, and no reader can know.
KNOWN = {("ninjs-1-4-examples.json", "body"): "only description_caption_xhtml, an extension"}


def items(path):
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, list) else [found]


def words(text):
    """Without markup and white space, so that both ways to strip it agree."""
    return re.sub(r"\W", "", html.unescape(re.sub(r"<[^>]*>", " ", text)))


def main_value(parts):
    main = [p for p in parts if p.get("role", "").lower() == "main"]
    return (main or [p for p in parts if p.get("value")] or [{}])[0].get("value", "")


def bodies(item):
    """All that may stand for the body, in any form."""
    texts = [v for k, v in item.items() if k.startswith(("body", "description")) and isinstance(v, str)]
    for name in ("bodies", "descriptions"):
        texts += [p.get("value", "") for p in item.get(name, [])]
    return {words(t) for t in texts if words(t)}


def title(item):
    return main_value(item.get("headlines", [])) or item.get("title") or item.get("headline") or ""


def names(values):
    return ", ".join(v["name"] for v in values if v.get("name"))


def compare(item, article):
    """What disagrees: names of fields."""
    wanted = {
        "id": item.get("uri", ""),
        "language": item.get("language", ""),
        "tags": names(item.get("subjects", item.get("subject", []))),
        "author": item.get("byline") or item.get("by") or "",
    }
    for name, value in wanted.items():
        if value and reading.spaced(article.get(name, "")) != reading.spaced(value):
            yield name
    if title(item) and words(article.get("title", "")) != words(title(item)):
        yield "title"
    if bodies(item) and words(article.get("body", "")) not in bodies(item):
        yield "body"
    stated = item.get("versionCreated") or item.get("versioncreated")
    if bool(stated) and not article.get("date"):
        yield "date"


def main(program, samples, _):
    bad = 0
    for version in ("1.4", "2.1", "3.0"):
        files = sorted(pathlib.Path(samples).glob(f"ninjs/**/examples/{version}/**/*.json"))
        files = [f for f in files if "schema.json" not in f.name]
        counts, filled = collections.Counter(), collections.Counter()
        for path in files:
            articles, skips = reading.read(program, [path])
            stated = items(path)
            counts["items"] += len(stated)
            counts["articles"] += len(articles)
            counts.update(f"skipped, {s['skipped']}" for s in skips)
            for article in articles:
                filled.update(reading.filled(article))
            if len(articles) != len(stated):
                continue
            for item, article in zip(stated, articles):
                differ = list(compare(item, article))
                unknown = [name for name in differ if (path.name, name) not in KNOWN]
                counts["DIFFER" if unknown else "known difference" if differ else "agree"] += 1
                for name in differ:
                    print(f"  {version} {path.name}: {name}: {KNOWN.get((path.name, name), '?')}")
        print(f"  ninjs {version}: {len(files)} files")
        reading.show({f"  {k}": v for k, v in counts.items()})
        print("    fields: " + ", ".join(f"{k} {v}" for k, v in sorted(filled.items())))
        bad |= counts["DIFFER"] > 0
    return bad


sys.exit(main(*sys.argv[1:]))
