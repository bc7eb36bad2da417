"""jsonfeed.py - the JSON Feeds among gofeed's samples against what each states."""

import collections
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading


def text_of(item):
    markup = item.get("content_text") or re.sub(r"<[^>]*>", " ", item.get("content_html", ""))
    return reading.dense(markup or item.get("summary", ""))


def compare(item, article):
    wanted = {
        "id": item.get("id") and str(item["id"]),
        "url": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "summary": item.get("summary"),
        "tags": ", ".join(item.get("tags", [])),
    }
    for name, value in wanted.items():
        if value and reading.spaced(article.get(name, "")) != reading.spaced(value):
            yield name
    if reading.dense(article.get("body", "")) != text_of(item):
        yield "body"
    for name, key in (("date", "date_published"), ("updated", "date_modified")):
        if item.get(key) and not article.get(name):
            yield name


def main(program, samples, _):
    bad = 0
    root = pathlib.Path(samples) / "gofeed"
    files = [*root.glob("**/parser/json/**/*.json"), *root.glob("**/parser/universal/*.json")]
    for path in sorted(f for f in files if "_expected" not in f.name):
        articles, skips = reading.read(program, [path])
        try:
            items = json.loads(path.read_text(encoding="utf-8"))["items"]
        except ValueError as error:
            print(f"  {path.name}: not JSON ({error}): {len(articles)} articles")
            reading.show_skips(skips)
            continue
        differ = [name for i, a in zip(items, articles) for name in compare(i, a)]
        filled = collections.Counter(name for a in articles for name in reading.filled(a))
        print(f"  {path.name}: {len(items)} items, {len(articles)} articles; differ: {' '.join(differ) or 'none'}")
        print("    fields: " + ", ".join(f"{k} {v}" for k, v in sorted(filled.items())))
        reading.show_skips(skips)
        bad |= len(articles) != len(items) or bool(differ)
    return bad


sys.exit(main(*sys.argv[1:]))
