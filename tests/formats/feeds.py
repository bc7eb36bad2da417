"""feeds.py - what two public collections of sample feeds state, beside what is read.

Each sample states what a reader must make of it: feedparser's in a comment
("Expect: entries[0]['title'] == 'Example'"), gofeed's in a JSON file beside
it. Of those statements the ones on title, link, date, text, author and tags of
an item are compared; markup and white space do not count, as an index keeps
text. Prints a table, then each disagreement, with its reason where one is
known: a disagreement without a reason is what the exit status is about.
"""
import pathlib
import sys

# In place of this folder, where a script has the name of a module of Python's.
sys.path[0] = str(pathlib.Path(__file__).parent / "lib")
import ast
import calendar
import email.utils
import glob
import html
import html.parser
import json
import os
import re
import tempfile
import xml.etree.ElementTree

import reading

FIELDS = ['title', 'link', 'date', 'text', 'author', 'tags']

# Why a sample is read otherwise: the first pattern that its path and the
# statement match.
REASONS = [
    (r'author_map_author', 'of an author the name is kept, not the address'),
    (r'multiple_values', 'of a date given twice the first counts'),
    (r'_links', 'of several links the first counts'),
    (r'category_term', 'the label, which is for people, goes before the term'),
    (r'base/http_', 'the base is stated in an HTTP header, or is the address asked'),
    (r'not_a_doctype', 'a "<!" that a tag follows is no text to any HTML reader'),
    (r'madeup', 'an element of no vocabulary'),
    (r'nested_cdata', 'markup of CDATA inside HTML is no text'),
    (r'linenoise', 'the file is UTF-8; what is stated is how windows-1252 would read it'),
    (r'escaped_markup', 'HTML that was escaped once too often is taken for HTML'),
    (r'iframe', 'what stands behind an iframe that is not closed is inside it'),
    (r'illegal_char', 'a control character parts words'),
]


BLOCKS = ('blockquote br center dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr li ol p pre table td '
          'th tr ul').split()


class Text(html.parser.HTMLParser):
    """The text of HTML, words apart where the markup parts them."""
    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.text, self.hidden = '', 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ('script', 'style')
        self.gap(tag)

    def handle_endtag(self, tag):
        self.hidden -= tag in ('script', 'style') and self.hidden > 0
        self.gap(tag)

    def gap(self, tag):
        if tag in BLOCKS:
            self.text += ' '

    def handle_data(self, data):
        if not self.hidden:
            self.text += data


def squeeze(text):
    return ' '.join(text.replace('\xa0', ' ').split())


def as_texts(value):
    """What a stated value is as text: taken as HTML, and as it stands."""
    return {squeeze(Text(value).text), squeeze(value), squeeze(html.unescape(value)),
            squeeze(html.unescape(Text(value).text))}


def as_date(value):
    """Any stated date as its seconds, or None."""
    if isinstance(value, (tuple, list)):
        return calendar.timegm(tuple(value)[:6] + (0, 0, 0))
    try:
        stamp = email.utils.parsedate_tz(value)
        if stamp:
            return email.utils.mktime_tz(stamp)
    except (TypeError, ValueError):
        pass
    m = re.match(r'(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$', value)
    if not m:
        return None
    parts = [int(x or 0) for x in m.groups()[:6]]
    zone = m.group(7) or 'Z'
    offset = 0 if zone == 'Z' else int(zone[:3]) * 3600 + int(zone[0] + zone[4:]) * 60
    return calendar.timegm(tuple(parts) + (0, 0, 0)) - offset


def same(field, article, stated):
    """Whether the article has in that field what is stated."""
    if field == 'title':
        return squeeze(article.get('title', '')) in as_texts(stated)
    if field == 'link':
        return article.get('url', '') == stated.strip()
    if field == 'text':
        return any(squeeze(article.get(k, '')) in as_texts(stated) for k in ('body', 'summary'))
    if field == 'date':
        wanted = as_date(stated)
        return any(as_date(article[k]) == wanted for k in ('date', 'updated', 'created') if k in article)
    if field == 'author':
        return any(t in squeeze(article.get('author', '')) for t in as_texts(stated))
    tags = article.get('tags', '').lower()
    return all(any(t.lower() in tags for t in as_texts(one)) for one in stated if one)


# --- feedparser: an expression ---

def path_of(node):
    """entries[0]['content'][0]['value'] as ['entries', 0, 'content', 0, 'value']."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        head = path_of(node.value)
        return head and head + [node.attr]
    if isinstance(node, ast.Subscript):
        head = path_of(node.value)
        try:
            return head and head + [ast.literal_eval(node.slice)]
        except ValueError:
            return None
    return None


PLACES = {
    ('title',): 'title', ('title_detail', 'value'): 'title',
    ('link',): 'link',
    ('description',): 'text', ('summary',): 'text', ('summary_detail', 'value'): 'text',
    ('content', 0, 'value'): 'text',
    ('updated_parsed',): 'date', ('published_parsed',): 'date', ('created_parsed',): 'date',
    ('updated',): 'date', ('published',): 'date', ('created',): 'date',
    ('author',): 'author', ('author_detail', 'name'): 'author',
    ('tags', 0, 'term'): 'tags', ('category',): 'tags',
}


def feedparser_statements(text):
    """(entry, field, value) of each comparison that the sample states."""
    m = re.search(rb'Expect:\s*(.*?)\s*\n\s*-->', text, re.S)
    if not m:
        return
    try:
        tree = ast.parse(' '.join(m.group(1).decode('utf-8', 'replace').splitlines()), mode='eval')
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq)):
            continue
        path = path_of(node.left)
        if not path or len(path) < 3 or path[0] != 'entries' or not isinstance(path[1], int):
            continue
        field = PLACES.get(tuple(path[2:]))
        try:
            value = ast.literal_eval(node.comparators[0])
        except ValueError:
            continue
        if field == 'tags' and isinstance(value, str):
            value = [value]
        if field and (field in ('date', 'tags') or isinstance(value, str)):
            yield path[1], field, value


# --- gofeed: a JSON file ---

def gofeed_statements(path):
    expected = os.path.splitext(path)[0] + '.json'
    if not os.path.exists(expected):
        return
    with open(expected, encoding='utf-8') as f:
        stated = json.load(f)
    for i, item in enumerate((stated or {}).get('items') or stated.get('entries') or []):
        for key, field in (('title', 'title'), ('link', 'link'), ('description', 'text'),
                           ('summary', 'text'), ('content', 'text'), ('publishedParsed', 'date'),
                           ('pubDateParsed', 'date'), ('updatedParsed', 'date'),
                           ('author', 'author'), ('categories', 'tags')):
            value = item.get(key)
            if isinstance(value, dict):
                value = value.get('value') or value.get('name')
            if field == 'tags':
                value = [v.get('term') or v.get('value') if isinstance(v, dict) else v
                         for v in value or []]
            if value:
                yield i, field, value


# --- comparing ---

def read_by_file(program, paths):
    """What is read of each file: its articles and its skips."""
    read = {p: ([], []) for p in paths}
    for i in range(0, len(paths), 500):
        for kind, records in enumerate(reading.read(program, paths[i:i + 500])):
            for r in records:
                read[r['file']][kind].append(r)
    return read


def read_with_titles(program, paths):
    """The same with a title put into each item: one without a title and a text
    is no article, but its link and date are stated all the same."""
    with tempfile.TemporaryDirectory() as scratch:
        copies = {}
        for n, path in enumerate(paths):
            text = open(path, 'rb').read()
            text = re.sub(rb'(?i)(<(?:\w+:)?(?:item|entry)(?:\s[^>]*[^/])?>)', rb'\1<title>put in</title>', text)
            copies[os.path.join(scratch, str(n))] = path
            open(os.path.join(scratch, str(n)), 'wb').write(text)
        read = read_by_file(program, list(copies))
        return {copies[k]: v for k, v in read.items()}


def why(path, field):
    for pattern, reason in REASONS:
        if re.search(pattern, path + ' ' + field):
            return reason
    return ''


def compare(program, name, root, statements):
    paths = sorted(glob.glob(root + '/**/*.xml', recursive=True))
    stated = {p: list(statements(p)) for p in paths}
    stated = {p: s for p, s in stated.items() if s}
    read = read_by_file(program, list(stated))
    poor = [p for p in stated if any(s['skipped'] == 'no text' for s in read[p][1])]
    titled = read_with_titles(program, poor)
    counts = {f: [0, 0] for f in FIELDS}
    differences = []
    for path in stated:
        for entry, field, value in stated[path]:
            articles = (read[path] if field == 'title' else titled.get(path, read[path]))[0]
            article = articles[entry] if entry < len(articles) else {}
            if field == 'date' and as_date(value) is None:
                continue
            agree = same(field, article, value)
            counts[field][0] += 1
            counts[field][1] += agree
            if not agree:
                differences.append((os.path.relpath(path, root), field, value, article))
    print(f'  {name}: {len(paths)} samples, {len(stated)} state something on an item')
    print(f'    {"field":8}{"stated":>8}{"agree":>8}')
    for field in FIELDS:
        print(f'    {field:8}{counts[field][0]:8}{counts[field][1]:8}')
    return differences


def items_of(path):
    """How many items another reader of XML finds; None where it finds no XML."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (xml.etree.ElementTree.ParseError, LookupError, ValueError):
        return None
    def local(element):
        return element.tag.rsplit('}', 1)[-1].lower()
    if local(root) not in ('rss', 'rdf', 'feed', 'channel', 'entry'):
        return None
    inside = [root] + [e for e in root if local(e) == 'channel']
    return sum(local(e) in ('item', 'entry') for c in inside for e in c) + (local(root) == 'entry')


def count_items(program, roots):
    """Every item that another reader of XML finds is a record, and well-formed."""
    paths = sorted(p for root in roots for p in glob.glob(root + '/**/*.xml', recursive=True))
    wanted = {p: items_of(p) for p in paths}
    wanted = {p: n for p, n in wanted.items() if n is not None}
    different = 0
    for path, (articles, skips) in read_by_file(program, list(wanted)).items():
        found = len(articles) + sum(s['record'] > 0 for s in skips)
        if found == wanted[path] and not any('ill_formed' in a for a in articles):
            continue
        different += 1
        print(f'    {path}: {found} records, not {wanted[path]}')
    print(f'  {len(wanted)} files are feeds to another reader of XML: {sum(wanted.values())} items; '
          f'{different} files read otherwise')
    return different > 0


def parser_of(path):
    return feedparser_statements(open(path, 'rb').read())


def main(program, samples, corpora):
    feedparser, gofeed = samples + '/feedparser/tests', samples + '/gofeed/testdata'
    differences = compare(program, 'feedparser, well-formed', feedparser + '/wellformed', parser_of)
    differences += compare(program, 'feedparser, encodings', feedparser + '/encoding', parser_of)
    differences += compare(program, 'gofeed', gofeed, gofeed_statements)
    unexplained = 0
    print('  disagreements:')
    for path, field, value, article in differences:
        reason = why(path, field)
        unexplained += not reason
        print(f'    {path}: {field}: {reason or "NO REASON KNOWN"}')
        if not reason:
            print(f'      stated {value!r}\n      read   {article!r}')
    print(f'  {len(differences)} disagreements, {unexplained} without a known reason')
    otherwise = count_items(program, [feedparser, gofeed])
    return unexplained > 0 or otherwise


sys.exit(main(*sys.argv[1:]))
