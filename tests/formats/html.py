"""html.py - the scanner of HTML against gumbo, on the pages and fragments that
the samples of web archives and feeds hold."""

import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree
import zlib


def warc_bodies(data):
    """What stands behind HTTP headers that say text/html, unchunked and unpacked."""
    for header, body in re.findall(rb"(HTTP/1\.[01] 200.*?)\r\n\r\n(.*?)(?=\r\n\r\nWARC/1|\Z)", data, re.S):
        if b"text/html" not in header:
            continue
        if re.search(rb"transfer-encoding: *chunked", header, re.I):
            body = b"".join(re.findall(rb"(?:^|\r\n)[0-9a-fA-F]+\r\n(.*?)(?=\r\n[0-9a-fA-F]+\r\n)", body, re.S))
        if re.search(rb"content-encoding: *gzip", header, re.I):
            try:
                body = zlib.decompressobj(31).decompress(body)
            except zlib.error:
                continue
        yield body


def unpacked(path):
    data = path.read_bytes()
    out = b""
    while data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(31)
        try:
            out += unpacker.decompress(data)
        except zlib.error:
            return out
        data = unpacker.unused_data
    return out or data


def feed_fragments(path):
    try:
        tree = xml.etree.ElementTree.parse(path)
    except (xml.etree.ElementTree.ParseError, LookupError, ValueError):
        return
    for element in tree.iter():
        if element.text and re.search(r"<[a-zA-Z]", element.text):
            yield element.text.encode("utf-8", "replace")


def main(program, samples, corpora):
    samples = pathlib.Path(samples)
    compare = pathlib.Path(program).with_name("compare-html")
    pages = []
    for path in sorted([*samples.glob("warcio/**/*.warc*"), *samples.glob("jwarc/**/*.warc*")]):
        pages.extend(warc_bodies(unpacked(path)))
    count = len(pages)
    for path in sorted(samples.glob("feedparser/**/*.xml")):
        pages.extend(feed_fragments(path))
    print(f"  {count} pages of web archives, {len(pages) - count} fragments of feeds")
    files = []
    for i, page in enumerate(pages):
        try:
            page.decode("utf-8")
        except UnicodeDecodeError:
            page = page.decode("cp1252", "replace").encode("utf-8")
        files.append(samples / f"page-{i}.html")
        files[-1].write_bytes(page)
    return subprocess.run([compare, *files], check=False).returncode


sys.exit(main(*sys.argv[1:]))
