"""reading.py - what the scripts beside this folder share."""

import collections
import gzip
import json
import re
import subprocess


def read(program, paths):
    """Articles and skips of the sources, as read-articles prints them."""
    done = subprocess.run([program, *map(str, paths)], stdout=subprocess.PIPE, check=True)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return ([r for r in records if "skipped" not in r], [r for r in records if "skipped" in r])


def json_lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def spaced(text):
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def dense(text):
    return re.sub(r"\s", "", text)


def filled(article):
    """The names of the article's fields that say something."""
    return [k for k, v in article.items() if v and k not in ("record", "offset", "file", "format")]


def show(counts):
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")


def show_skips(skips):
    show(collections.Counter(f"skipped, {s['skipped']}: {s.get('detail', '')}" for s in skips))
