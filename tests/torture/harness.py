"""harness.py - what the groups that are written in Python share.

    import harness
    h = harness.Harness()          # from the environment that group_*.sh sets
    with h.bar("30", "a second writer is refused") as b:
        b.case(condition, "what is wrong when it is false")
"""
import contextlib
import json
import os
import random
import subprocess
import sys
import time

WORDS = ("harbour election budget minister rain bridge court trial museum festival strike wage "
         "border treaty flood vaccine school river engine rocket launch bank rate bond market trade "
         "oil wheat drought fire rescue goal final season coach ballot mayor police theft train "
         "airport storm island volcano ash cloud pilot engineer patent robot chess novel poet").split()

MOST_TOLD = 20  # findings of one bar


class Bar:
    def __init__(self, number, what):
        self.number, self.what = number, what
        self.cases = self.findings = 0
        self.skipped = None

    def case(self, good, text=""):
        self.cases += 1
        if not good:
            self.findings += 1
            if self.findings <= MOST_TOLD:
                print("FINDING %s %s: %s" % (self.number, self.what, text), file=sys.stderr, flush=True)
        return good

    def skip(self, reason):
        self.skipped = reason


class Harness:
    def __init__(self):
        self.index_program = os.environ["BACKFILE_INDEX"]
        self.query_program = os.environ["BACKFILE_QUERY"]
        self.quick = bool(os.environ.get("QUICK"))
        self.dir = os.getcwd()
        self.found = False
        self.random = random.Random(20)

    def of(self, long, short):
        return short if self.quick else long

    @contextlib.contextmanager
    def bar(self, number, what):
        b = Bar(number, what)
        try:
            yield b
        except Exception as e:  # a test that cannot go on is a finding, not a success
            import traceback
            traceback.print_exc()
            b.case(False, "the test itself failed: %r" % e)
        if b.skipped and not b.findings:
            print("%s\t%s\t0\tskipped: %s" % (number, what, b.skipped), flush=True)
            return
        print("%s\t%s\t%d\t%d" % (number, what, b.cases, b.findings), flush=True)
        self.found |= b.findings > 0

    def run(self, parts):
        """Pairs of bars, as "30 31", and a function; BARS= names the bars that are wanted, and the
        command line functions."""
        bars = os.environ.get("BARS", "").split()
        for of, part in parts:
            if (not bars or set(bars) & set(of.split())) and (len(sys.argv) == 1 or part.__name__ in sys.argv):
                part()
        return self.found

    # ---- programs ----

    def index(self, *args, **how):
        return run([self.index_program, *args], **how)

    def query(self, *args, **how):
        return run([self.query_program, *args], **how)

    def start_index(self, *args, **how):
        how.setdefault("stdout", subprocess.DEVNULL)
        how.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([self.index_program, *args], **how)

    def start_query(self, *args, **how):
        how.setdefault("stdout", subprocess.PIPE)
        how.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen([self.query_program, *args], **how)

    def must_index(self, *args, **how):
        r = self.index(*args, **how)
        if r.returncode:
            raise RuntimeError("%s: status %d: %s" % (args, r.returncode, text(r.stderr)))
        return r

    def answer(self, *args):
        """What the query program prints; an exception when it fails."""
        r = self.query(*args)
        if r.returncode not in (0, 1):
            raise RuntimeError("%s: status %d: %s" % (args, r.returncode, text(r.stderr)))
        return r.stdout

    def generation(self, index):
        return json.loads(self.must_index("info", "--json", index).stdout)["generation"]

    def is_sound(self, index):
        r = self.index("check", index)
        return r.returncode == 0, text(r.stderr)


def run(command, **how):
    how.setdefault("stdin", subprocess.DEVNULL)
    if "input" in how:
        del how["stdin"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, **how)


def text(b):
    return (b or b"").decode("utf-8", "replace").strip()[-400:]


# ---- articles ----

def article(number, version=0, words=60):
    """The same article for the same numbers; every word is from a small vocabulary."""
    r = random.Random(number * 1000 + version)
    body = " ".join(r.choice(WORDS) for _ in range(r.randrange(words // 3, words)))
    title = " ".join(r.choice(WORDS) for _ in range(6))
    return {"id": "a%06d" % number, "title": title, "body": body, "category": r.choice("abc"),
            "date": "20%02d-%02d-%02d" % (10 + number % 9, 1 + number % 12, 1 + number % 28)}


def write_articles(path, numbers, version=0, words=60):
    with open(path, "w") as f:
        for n in numbers:
            f.write(json.dumps(article(n, version, words)) + "\n")
    return path


# ---- waiting ----

def wait_until(condition, seconds=30, pause=0.001):
    """True when it became so in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return False


def lock_owner(index):
    """The process that wrote itself into the lock; whether it lives is another matter."""
    try:
        return int(open(os.path.join(index, "lock")).read().split()[1])
    except (OSError, IndexError, ValueError):
        return None


def maps(pid, name):
    """Whether the process has a file of that name mapped."""
    try:
        return name in open("/proc/%d/maps" % pid).read()
    except OSError:
        return False
