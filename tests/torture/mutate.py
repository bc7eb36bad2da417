#!/usr/bin/env python3
"""mutate.py - changes one operator of the decoder, the opener or the commit at a time and
asks the unit tests whether they notice.

    mutate.py WORK [FILE...]        STRIDE=5 OFFSET=0 for every fifth mutant, JOBS=1

A mutant is one of: < <= and > >= exchanged, == and !=, && and ||, + 1 and - 1, true and
false returned, BF_OK returned for an error, a negation left out, one number in a comparison
or a shift one higher. All other objects lie in one shared library; the mutant's file is
compiled into a small one that is loaded before it (LD_PRELOAD), so that nothing is linked
anew. A mutant whose code is that of the original is none. Each test has 20 s of CPU time.

WORK keeps what is built and results.tsv: file, line, column, operator, verdict (killed by
TEST, survived, same code, does not compile). A run goes on where the last one ended;
a row counts only while the file is as it was. mutants_equivalent.tsv beside this program
lists survivors that no test can kill, with the reason. Prints a row for each file and one
for all, then the survivors; exit status 1 when fewer than 90 % of the others were killed.
"""
import concurrent.futures
import hashlib
import os
import re
import resource
import subprocess
import sys

from coverage import GROUPS

BAR = 90.0
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CC = os.environ.get("CC", "cc")
SECONDS = 20

# Tests in the order of their price; those of the file itself come first.
CHEAP = ("bytes file lock manifest format_md pfor sketch codec forms index_writer length_impact "
         "frame textfile kernels dictionary refused damaged_pages columns deletes values segment "
         "copies limits cursor").split()
DEAR = "postings lists no_text check".split()
OF_FILE = {
    "rice": ["codec"], "rice_run": ["codec"], "bitpack": ["codec"], "postblock": ["codec"],
    "byte_ones": ["kernels"], "kernels_avx2": ["kernels"], "kernels_sse41": ["kernels"],
    "kernels_portable": ["kernels"], "names": ["columns", "refused"],
    "columns_write": ["columns", "format_md"], "record": ["textfile"], "snapshot": ["segment"],
    "impact": ["length_impact"], "commit": ["manifest", "index_writer", "segment"],
    "sketch_file": ["refused", "copies"], "frame_write": ["frame"], "lists_write": ["lists"],
    "postings": ["postings", "cursor"], "postings_write": ["postings"],
    "textfile": ["textfile", "limits"], "textfile_write": ["textfile"],
    "copies": ["refused", "copies"], "forms": ["forms", "refused"], "lists": ["lists"],
}
# Files of which the dear tests of others know nothing.
ALONE = ("lists", "lists_write")

OPERATORS = [
    ("<", r"(?<= )<(?= )", "<="), ("<=", r"(?<= )<=(?= )", "<"),
    (">", r"(?<= )>(?= )", ">="), (">=", r"(?<= )>=(?= )", ">"),
    ("==", r"(?<= )==(?= )", "!="), ("!=", r"(?<= )!=(?= )", "=="),
    ("&&", r"(?<= )&&(?= |$)", "||"), ("||", r"(?<= )\|\|(?= |$)", "&&"),
    ("+ 1", r"\+ 1(?![\w.])", "- 1"), ("- 1", r"(?<=[\w)\]] )- 1(?![\w.])", "+ 1"),
    ("return false", r"return false(?=;)", "return true"),
    ("return true", r"return true(?=;)", "return false"),
    ("return rc", r"return rc(?=;)", "return 0"),
    ("return damage", r"return (?=frame_damaged\(|damaged\(|error_s)", "return 0 & "),
    ("!", r"(?<=[(\s])!(?=[a-z(])", ""),
    ("constant", r"(?<=[<>=] )([1-9]\d?)(?![\w.])", lambda m: str(int(m.group()) + 1)),
]


def run(command, **how):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **how)


def strip_comments(text):
    """The text with comments and strings blanked, lines and columns kept."""
    def blank(match):
        return re.sub(r"[^\n]", "\0", match.group())
    return re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, text, flags=re.S)


def mutants_of(source):
    """(line, column, operator, changed text) of each mutant, in the order of the file."""
    with open(os.path.join(ROOT, source), encoding="utf-8") as file:
        text = file.read()
    code, found, directive = strip_comments(text), [], False
    start = 0
    for number, line in enumerate(code.split("\n"), 1):
        directive = line.startswith("#") or (directive and before.endswith("\\"))
        before = line
        if not directive:
            for name, pattern, new in OPERATORS:
                for match in re.finditer(pattern, line):
                    at, end = start + match.start(), start + match.end()
                    other = new(match) if callable(new) else new
                    changed = text[:at] + other + text[end:]
                    found.append((number, match.start() + 1, name, changed))
        start += len(line) + 1
    return text, sorted(found, key=lambda m: m[:2])


# ---- building ----

def planned(target, contains):
    """The words of the command by which the Makefile would make it."""
    made = run(["make", "-C", ROOT, "-n", "BUILD=build/none", "CFLAGS=-O1 -fPIC", target], text=True)
    return next(l for l in made.stdout.split("\n") if contains in l and " -o " in l).split()


def flags():
    """What the Makefile compiles with."""
    words = planned("build/none/obj/common/index/names.o", " -c ")
    return [w for w in words[1:words.index("-MMD")] if not w.startswith("-W")]


def libraries():
    """What it links with."""
    return [w for w in planned("build/none/backfile-index", "-o build/none/backfile-index")
            if w.startswith("-l")]


def prepare(work):
    """Builds the library and the tests once."""
    build = os.path.join(work, "build")
    tests = [os.path.join(build, "tests", "test_" + t) for t in CHEAP + DEAR]
    objects = os.path.join(build, "obj")
    made = run(["make", "-C", ROOT, "BUILD=" + build, "CFLAGS=-O1 -g0 -fPIC", "-j2"] +
               [os.path.join(objects, "tests/unit/test_%s.o" % t) for t in CHEAP + DEAR] +
               ["all"] + support_objects(objects))
    if made.returncode:
        sys.exit(made.stderr.decode())
    parts = []
    for folder in ("common", "indexer", "query"):
        for path, _, names in os.walk(os.path.join(objects, folder)):
            parts += [os.path.join(path, n) for n in names if n.endswith(".o") and n != "main.o"]
    libs = libraries()
    link([CC, "-shared", "-o", os.path.join(work, "libbackfile.so")] + sorted(parts) + libs)
    for test, name in zip(tests, CHEAP + DEAR):
        os.makedirs(os.path.dirname(test), exist_ok=True)
        link([CC, "-o", test, os.path.join(objects, "tests/unit/test_%s.o" % name)] +
             support_objects(objects) + ["-L" + work, "-lbackfile", "-Wl,-rpath," + work,
                                         "-lcmocka"] + gumbo() + libs)


def link(command):
    made = run(command)
    if made.returncode:
        sys.exit(made.stderr.decode())


def support_objects(objects):
    names = sorted(os.listdir(os.path.join(ROOT, "tests/unit")))
    return [os.path.join(objects, "tests/unit", n[:-2] + ".o") for n in names
            if n.endswith(".c") and not n.startswith("test_")]


def gumbo():
    return ["-lgumbo"] if not run(["pkg-config", "--exists", "gumbo"]).returncode else []


# ---- one mutant ----

def compile_to(work, folder, source, text, options):
    """The object's path, or None. Paths are the same for all, so that code can be compared."""
    base = os.path.join(work, folder)
    path = os.path.join(base, source)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    out = path[:-2] + ".o"
    extra = ["-O3"] if source.startswith("common/codec/") else []
    made = run([CC] + options + extra + ["-g0", "-I" + ROOT, "-w", "-c", "-o", out, source], cwd=base)
    return out if not made.returncode else None


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))


def survives(work, test, environment):
    path = os.path.join(work, "build", "tests", "test_" + test)
    try:
        return run([path], env=environment, preexec_fn=limits, timeout=600).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def tests_for(source):
    name = os.path.basename(source)[:-2]
    own = OF_FILE.get(name, [])
    plain = name.replace("_write", "")
    own = own + [t for t in (name, plain) if t in CHEAP + DEAR and t not in own]
    dear = [] if name in ALONE else ["postings", "no_text", "check"]
    return own + [t for t in CHEAP + dear if t not in own]


def judge(job):
    work, folder, source, mutant, original, options = job
    _, _, _, text = mutant
    made = compile_to(work, folder, source, text, options)
    if not made:
        return "does not compile"
    with open(made, "rb") as a, open(original, "rb") as b:
        if a.read() == b.read():
            return "same code"
    library = os.path.join(work, folder, "mutant.so")
    if run([CC, "-shared", "-o", library, made]).returncode:
        return "does not compile"
    scratch = os.path.join(work, folder, "tmp")
    os.makedirs(scratch, exist_ok=True)
    environment = dict(os.environ, LD_PRELOAD=library, TMPDIR=scratch)
    for test in tests_for(source):
        if not survives(work, test, environment):
            run(["rm", "-rf", scratch])
            return "killed by " + test
    run(["rm", "-rf", scratch])
    return "survived"


# ---- all of them ----

def read_rows(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return {tuple(row[:5]): row[5] for row in rows if len(row) == 6}


def read_equivalents():
    """(file, column, operator, text of the line) -> reason: lines may move, not change."""
    path = os.path.join(os.path.dirname(__file__), "mutants_equivalent.tsv")
    with open(path, encoding="utf-8") as file:
        rows = [l.rstrip("\n").split("\t") for l in file if l.strip() and not l.startswith("#")]
    return {tuple(row[:4]): row[4] for row in rows}


def collect(sources, stride, offset):
    """key -> (source, mutant, line's text, original text); the key holds the file's digest."""
    found, position = {}, 0
    for source in sources:
        text, mutants = mutants_of(source)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        lines = text.split("\n")
        for mutant in mutants:
            if position % stride == offset:
                key = (source, digest, str(mutant[0]), str(mutant[1]), mutant[2])
                found[key] = (source, mutant, lines[mutant[0] - 1].strip(), text)
            position += 1
    return found, position


def report(found, rows, equivalents, total):
    survivors, sums = [], {}
    for key, (source, mutant, line, _) in found.items():
        verdict = rows.get(key)
        if verdict in (None, "same code", "does not compile"):
            continue
        known = (source, str(mutant[1]), mutant[2], line) in equivalents
        if verdict == "survived" and known:
            continue
        counts = sums.setdefault(source, [0, 0])
        counts[0] += 1
        counts[1] += verdict != "survived"
        if verdict == "survived":
            survivors.append(f"{source}:{mutant[0]}:{mutant[1]}\t{mutant[2]}\t{line}")
    print("file\tmutants\tkilled\tper cent")
    for source, (mutants, killed) in sorted(sums.items()):
        print(f"{source}\t{mutants}\t{killed}\t{100 * killed / mutants:.1f}")
    mutants, killed = (sum(c[i] for c in sums.values()) for i in (0, 1))
    share = 100 * killed / mutants if mutants else 0
    print(f"all, {len(found)} of {total} tried\t{mutants}\t{killed}\t{share:.1f}")
    print("\n".join(survivors))
    return share >= BAR


def main():
    work = os.path.abspath(sys.argv[1])
    sources = sys.argv[2:] or [source for group in GROUPS.values() for source in group]
    stride, offset = int(os.environ.get("STRIDE", "1")), int(os.environ.get("OFFSET", "0"))
    jobs = int(os.environ.get("JOBS", "1"))
    found, total = collect(sources, stride, offset)
    results = os.path.join(work, "results.tsv")
    os.makedirs(work, exist_ok=True)
    rows = read_rows(results)
    left = [key for key in found if key not in rows]
    if left:
        prepare(work)
        options, originals = flags(), {}
        folders = iter(range(1 << 30))

        def start(key):
            source, mutant, _, text = found[key]
            if source not in originals:
                base = compile_to(work, "original", source, text, options)
                originals[source] = base
            return work, f"m{next(folders) % (jobs * 4)}", source, mutant, originals[source], options
        with open(results, "a", encoding="utf-8") as out, \
                concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for batch in range(0, len(left), jobs):
                keys = left[batch:batch + jobs]
                for key, verdict in zip(keys, pool.map(judge, [start(k) for k in keys])):
                    rows[key] = verdict
                    out.write("\t".join(key) + "\t" + verdict + "\n")
                    out.flush()
    return 0 if report(found, rows, read_equivalents(), total) else 1


if __name__ == "__main__":
    sys.exit(main())
