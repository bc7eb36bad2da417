"""articles.py - articles for the long tests.

    articles.py small DIR    the parts of a run that adds, replaces, deletes and merges, some 50 kB
    articles.py tiny DIR     the same with fewer and shorter ones, some 20 kB
    articles.py parts DIR PARTS ARTICLES    so many articles of random words in so many files

The words are those of the sample archive; the same arguments give the same files."""
import json
import os
import random
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def samples():
    with open(os.path.join(ROOT, 'data', 'articles.jsonl'), encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def write(path, articles):
    with open(path, 'w', encoding='utf-8') as out:
        for article in articles:
            out.write(json.dumps(article, ensure_ascii=False) + '\n')


def small(to, count, length):
    articles = [dict(a, body=a['body'][:length]) for a in samples()[:count]]
    newer = [dict(a, title=a['title'] + ' (corrected)', date='2024-12-24T08:00:00Z') for a in articles[3:6]]
    third = count // 3
    write(os.path.join(to, '1.jsonl'), articles[:third])
    write(os.path.join(to, '2.jsonl'), newer + articles[third:2 * third])
    write(os.path.join(to, '3.jsonl'), articles[2 * third:])
    with open(os.path.join(to, 'deleted'), 'w', encoding='utf-8') as out:
        out.write('%s\n%s\n' % (articles[0]['id'], articles[-1]['id']))


def parts(to, count, total):
    words = ' '.join(a['body'] for a in samples()).split()
    rnd = random.Random(1)
    for part in range(count):
        numbers = range(part * total // count, (part + 1) * total // count)
        write(os.path.join(to, '%03d.jsonl' % part), [{
            'id': 'n%06d' % n, 'title': ' '.join(rnd.choices(words, k=7)),
            'date': '20%02d-%02d-%02d' % (n % 25, n % 12 + 1, n % 28 + 1),
            'source': 'source %d' % (n % 7), 'category': 'category %d' % (n % 5),
            'body': ' '.join(rnd.choices(words, k=rnd.randint(20, 160)))} for n in numbers])


os.makedirs(sys.argv[2], exist_ok=True)
if sys.argv[1] == 'small':
    small(sys.argv[2], 30, 2000)
elif sys.argv[1] == 'tiny':
    small(sys.argv[2], 18, 300)
else:
    parts(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
