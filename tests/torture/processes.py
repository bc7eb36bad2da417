"""processes.py - bars 30 to 35: several processes at one index, and runs that are interrupted."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

from harness import WORDS, Harness, article, lock_owner, maps, run, text, wait_until, write_articles

h = Harness()
QUESTION = "step harbour election market trade volcano"


def hold_writer(index):
    """`add` with the lock, waiting for its input."""
    w = h.start_index("add", "-q", "-t", "1", index, "-", stdin=subprocess.PIPE)
    if not wait_until(lambda: lock_owner(index) == w.pid and os.path.exists(index + "/manifest")):
        w.kill()
        raise RuntimeError("the writer does not start: " + text(w.stderr.read()))
    return w


def give(writer, articles):
    writer.stdin.write(b"".join(json.dumps(a).encode() + b"\n" for a in articles))
    writer.stdin.close()
    err = text(writer.stderr.read())
    return writer.wait(), err


# ---- 30, 31: the lock ----

def second_writer():
    with h.bar("30", "a second writer is refused, the first unharmed") as b:
        one = write_articles("one.jsonl", [1])
        seconds = [("add", "-q", "held", one), ("delete", "held", "a000001"), ("merge", "held"),
                   ("add", "-q", "--wait", "0", "held", one)]
        for first in range(h.of(25, 3)):
            w = hold_writer("held")
            for command in seconds:
                started = time.monotonic()
                r = h.index(*command)
                took = time.monotonic() - started
                said = text(r.stderr)
                b.case(r.returncode == 5 and took < 1 and "another process is writing" in said
                       and "held" in said and str(w.pid) in said,
                       "%s: status %d after %.2f s: %s" % (command, r.returncode, took, said))
            status, said = give(w, [article(100 + first)])
            b.case(status == 0, "the first writer: status %d: %s" % (status, said))
            b.case(h.query("show", "held", "a%06d" % (100 + first)).returncode == 0,
                   "the first writer's article is not there")
        b.case(*h.is_sound("held"))


def killed_writer():
    with h.bar("31", "a killed writer's lock is free at once") as b:
        for i in range(h.of(100, 10)):
            w = hold_writer("killed")
            w.stdin.write(json.dumps(article(5000 + i)).encode() + b"\n")
            w.kill()
            w.wait()
            one = write_articles("one.jsonl", [i])
            started = time.monotonic()
            r = h.index("add", "-q", "killed", one)
            b.case(r.returncode == 0 and time.monotonic() - started < 5,
                   "status %d: %s" % (r.returncode, text(r.stderr)))
        b.case(*h.is_sound("killed"))
        b.case(len(h.answer("search", "--jsonl", "-n", "1000", "killed",
                            " ".join(["a"] + list("x") + QUESTION.split()))) > 0, "no answers")
    with h.bar("31", "waiting for the lock with --wait") as b:
        for i in range(h.of(20, 3)):
            w = hold_writer("killed")
            waiter = h.start_index("add", "-q", "--wait", "30", "killed", "one.jsonl")
            time.sleep(0.05)
            b.case(waiter.poll() is None, "it does not wait")
            if i % 2:
                w.kill()
                w.wait()
            else:
                give(w, [article(9000 + i)])
            b.case(waiter.wait() == 0, text(waiter.stderr.read()))


# ---- 32: a writer and readers ----

PERIOD = 24
BATCH = 12
BATCH_QUERIES = 30


class Story:
    """Steps that come back to the same articles, but for the article `marker`, whose title
    is the number of the step: so an answer says of which commit it is."""

    def __init__(self, name):
        self.index = name

    def step(self, i):
        """Yields after each commit."""
        with open("step.jsonl", "w") as f:
            f.write(json.dumps({"id": "marker", "title": "step %08d" % i, "body": "one of many"}) + "\n")
            for n in range(BATCH):
                a = article(i % PERIOD * BATCH + n)
                a["body"] += " often" * (i % PERIOD)
                f.write(json.dumps(a) + "\n")
            for n in range(BATCH):
                f.write(json.dumps({"id": "a%06d" % ((i - 9) % PERIOD * BATCH + n),
                                    "pubstatus": "canceled"}) + "\n")
        h.must_index("add", "-q", "-t", str(1 + i % 2), self.index, "step.jsonl")
        yield 0
        if i % 3 == 1:
            h.must_index("delete", self.index, *["a%06d" % (i % PERIOD * BATCH + n) for n in (0, 5, 7)])
            yield 1
        if i % 4 == 2:
            h.must_index("merge", self.index)
            yield 2

    def state(self, i, sub):
        """Merging changes no answer."""
        return i % PERIOD, 1 if sub == 2 and i % 3 == 1 else sub % 2


def questions(index):
    yield "search", ("search", "--json", "-n", "60", index, QUESTION)
    yield "phrase", ("search", "--json", "-n", "60", index, 'step OR "harbour election" OR trade')
    yield "lists", ("similar", "--all", "--jsonl", "--quiet", "-t", "1", "-n", "3", index)
    yield "batch", ("search", "--jsonl", "-n", "20", "--queries", "batch.tsv", index)


def write_batch():
    with open("batch.tsv", "w") as f:
        f.writelines("q%d\t%s\n" % (i, " ".join(["step"] + h.random.sample(WORDS, 4))) for i in range(BATCH_QUERIES))


def without_marker(b):
    return re.sub(rb"step\s+\d{8}|\b\d{8}\b", b"step N", b)


def marker_of(b):
    m = re.search(rb"step (\d{8})", b)
    return int(m.group(1)) if m else None


def clean_states(b):
    """Every state's answers, by a run on its own; the third period must be as the second."""
    story, states = Story("clean"), {}
    for i in range(3 * PERIOD):
        for sub in story.step(i):
            if i < PERIOD:
                continue
            answers = {name: without_marker(h.answer(*q)) for name, q in questions("clean")}
            key = story.state(i, sub)
            b.case(states.setdefault(key, answers) == answers,
                   "the states do not come again: %s, step %d.%d" % (key, i, sub))
    return states


class Reader(threading.Thread):
    """Asks again and again, each time by a new process."""

    def __init__(self, which, states, stop):
        super().__init__()
        self.which, self.states, self.stop = which, states, stop
        self.answers, self.findings, self.last, self.last_generation = 0, [], 0, 0
        self.numbers = set()

    def run(self):
        while not self.stop.is_set():
            try:
                self.ask()
            except Exception as e:
                self.findings.append("reader %s: %r" % (self.which, e))

    def ask(self):
        if self.which == "generation":
            generation = h.generation("live")
            self.check(generation >= self.last_generation, "generation %d after %d" %
                       (generation, self.last_generation))
            self.last_generation = generation
        name = {"generation": "phrase"}.get(self.which, self.which)
        answer = h.answer(*dict(questions("live"))[name])
        if name == "batch":
            self.answers += BATCH_QUERIES - 1
            numbers = set(re.findall(rb"step (\d{8})", answer))
            self.check(len(numbers) == 1, "one process saw the commits %s" % sorted(numbers))
        self.compare(name, answer)

    def compare(self, name, answer):
        found = marker_of(answer)
        if found is None:
            return self.check(False, "no marker in the answer of %s" % name)
        anonymous = without_marker(answer)
        states = [sub for sub in (0, 1) if
                  self.states.get((found % PERIOD, sub), {}).get(name) == anonymous]
        self.check(states, "%s: step %d: the answer is of no committed state" % (name, found))
        self.check(found >= self.last, "step %d after %d" % (found, self.last))
        self.last = max(self.last, found)
        self.numbers.add(found)

    def check(self, good, why):
        self.answers += 1
        if not good:
            self.findings.append(why)


def writer_and_readers():
    minutes = float(os.environ.get("TORTURE_MINUTES", h.of(10, 0.5)))
    what = "a writer and four readers for %g minutes" % minutes
    write_batch()
    with h.bar("32", "the states of a run without readers come again") as b:
        states = clean_states(b)
    with h.bar("32", what) as b:
        story, stop, commits = Story("live"), threading.Event(), 0
        for i in range(PERIOD):
            for _ in story.step(i):
                commits += 1
        readers = [Reader(w, states, stop) for w in ("search", "generation", "lists", "batch")]
        for r in readers:
            r.start()
        end, i = time.monotonic() + 60 * minutes, PERIOD
        try:
            while time.monotonic() < end:
                for _ in story.step(i):
                    commits += 1
                i += 1
        finally:
            stop.set()
            for r in readers:
                r.join()
        for r in readers:
            b.cases += r.answers
            for finding in r.findings:
                b.case(False, finding)
            seen = len(r.numbers) or r.last
            print("# reader %s: %d answers, %d of %d steps seen" % (r.which, r.answers, seen, i),
                  file=sys.stderr)
            b.case(r.answers > 0, "reader %s had no answer" % r.which)
        print("# %d commits, %d answers" % (commits, b.cases), file=sys.stderr)
        b.case(h.quick or b.cases >= 10000, "only %d answers" % b.cases)
        b.case(*h.is_sound("live"))


# ---- 33: a query that stays open ----

def held_query(index):
    """A search that has opened its commit and waits for its queries."""
    fifo = "held-%f.fifo" % time.monotonic()
    os.mkfifo(fifo)
    q = h.start_query("search", "--jsonl", "-n", "100", "--queries", fifo, index)
    fd = None

    def opened():
        nonlocal fd
        try:
            fd = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)  # works once it reads
            return True
        except OSError:
            return q.poll() is not None

    if not wait_until(opened) or fd is None:
        raise RuntimeError("the query does not wait: " + text(q.stderr.read()))
    os.unlink(fifo)
    os.set_blocking(fd, True)
    return q, fd


def ask_held(q, fd, question=QUESTION):
    os.write(fd, b"q\t" + question.encode() + b"\n")
    os.close(fd)
    out, err = q.communicate()
    return q.returncode, out, text(err)


def query_held_open():
    commits = h.of(50, 10)
    with h.bar("33", "queries held open through %d commits and merges" % commits) as b:
        story, held = Story("open"), []
        made = 0
        for i in range(10 ** 9):
            for _ in story.step(i):
                made += 1
                expected = h.answer("search", "--jsonl", "-n", "100", "--queries", query_file(), "open")
                q, fd = held_query("open")
                os.kill(q.pid, signal.SIGSTOP)
                held.append((q, fd, expected, made))
            while held and (made - held[0][3] >= commits or made >= 3 * commits):
                q, fd, expected, since = held.pop(0)
                os.kill(q.pid, signal.SIGCONT)
                status, out, err = ask_held(q, fd)
                b.case(status == 0 and out == expected, "opened at commit %d, asked at %d: status %d %s" %
                       (since, made, status, err))
            if made >= 3 * commits:
                break
    with h.bar("33", "queries stopped anywhere while commits go on") as b:
        answers = set()
        for i in range(PERIOD, PERIOD + h.of(200, 10)):
            before = h.answer("search", "--json", "-n", "60", "open", QUESTION)
            q = h.start_query("search", "--json", "-n", "60", "open", QUESTION)
            time.sleep(h.random.uniform(0, 0.006))
            os.kill(q.pid, signal.SIGSTOP)
            states = {before}
            for _ in story.step(i):
                states.add(h.answer("search", "--json", "-n", "60", "open", QUESTION))
            os.kill(q.pid, signal.SIGCONT)
            out, err = q.communicate()
            b.case(q.returncode == 0 and out in states, "status %d: %s" % (q.returncode, text(err)))
            answers.add(out != before)
        b.case(h.quick or len(answers) == 2, "all queries were stopped at the same place")


def query_file():
    with open("one.tsv", "w") as f:
        f.write("q\t%s\n" % QUESTION)
    return "one.tsv"


# ---- 34: a file cut under a running query ----

LINE = re.compile(r"^backfile: index damaged: \S+: the file became shorter or its disk failed while it was read$")


def cut_files():
    write_articles("cut.jsonl", range(3000), words=300)
    h.must_index("add", "-q", "-t", "1", "whole", "cut.jsonl")
    h.must_index("delete", "whole", "a000007", "a002000")
    expected = h.answer("search", "--jsonl", "-n", "100", "--queries", query_file(), "whole")
    with h.bar("34", "a file cut under a running query") as b:
        names = [n for n in sorted(os.listdir("whole")) if n not in ("lock", "manifest")]
        wanted, told, told_of = h.of(100, 10), 0, set()
        for i in range(wanted * 20):
            if told >= wanted:
                break
            name = names[i % len(names)]
            shutil.rmtree("cut", ignore_errors=True)
            shutil.copytree("whole", "cut")
            size = os.path.getsize("cut/" + name)
            q, fd = held_query("cut")
            os.truncate("cut/" + name, [0, size // 2, 1, min(size, 4096), size * 9 // 10][i // len(names) % 5])
            status, out, err = ask_held(q, fd)
            if status == 0:
                b.case(out == expected, "%s: another answer" % name)
            else:
                b.case(status == 3 and bool(LINE.match(err)) and name in err and not out,
                       "%s: status %d: %s" % (name, status, err))
                told += 1
                told_of.add(name.split(".")[-1])
        print("# ended with the line %d times, of %s" % (told, ", ".join(sorted(told_of))), file=sys.stderr)
        b.case(told >= wanted, "only %d of %d queries met the cut" % (told, wanted))
    with h.bar("34", "the file of lists cut under --update") as b:
        cut_lists(b)


class FailingDisk:
    """A file system of which the end cannot be read: a loop device answers reads behind the end
    of its file with EIO."""
    SIZE = 16 << 20

    def __init__(self, directory):
        run(["mke2fs", "-q", "-t", "ext2", "-b", "4096", "-d", directory, "disk.whole", "%dk" % (self.SIZE >> 10)],
            check=True)
        os.makedirs("disk", exist_ok=True)

    def __enter__(self):
        shutil.copy("disk.whole", "disk.img")
        run(["mount", "-o", "loop,ro", "disk.img", "disk"], check=True)
        return self

    def fail_from(self, offset):
        os.truncate("disk.img", offset)

    def __exit__(self, *unused):
        run(["umount", "disk"], check=True)


def can_mount():
    return os.geteuid() == 0 and os.path.exists("/dev/loop-control") and shutil.which("mke2fs")


def failing_disk():
    with h.bar("34", "a disk that fails under a running query") as b:
        if not can_mount():
            return b.skip("needs root, loop devices and mke2fs")
        os.makedirs("on-disk", exist_ok=True)
        h.must_index("add", "-q", "-t", "1", "on-disk/whole", write_articles("disk.jsonl", range(3000), words=300))
        h.must_index("delete", "on-disk/whole", "a000007", "a002000")
        expected = h.answer("search", "--jsonl", "-n", "100", "--queries", query_file(), "on-disk/whole")
        disk, wanted, told = FailingDisk("on-disk"), h.of(100, 10), 0
        for i in range(wanted * 20):
            if told >= wanted:
                break
            with disk:
                q, fd = held_query("disk/whole")
                disk.fail_from(disk.SIZE * (i % 32) // 64)
                status, out, err = ask_held(q, fd)
            if status == 0:
                b.case(out == expected, "another answer")
            else:
                b.case(status == 3 and bool(LINE.match(err)) and not out, "status %d: %s" % (status, err))
                told += 1
        print("# ended with the line %d times" % told, file=sys.stderr)
        b.case(told >= wanted, "only %d of %d queries met the failing disk" % (told, wanted))
        read_failing_disk(b, disk)


def read_failing_disk(b, disk):
    """From every 64 KiB on: check refuses with a line, and salvage has what can be read."""
    saved = set()
    for offset in range(0, disk.SIZE // 2, h.of(1, 16) << 16):
        shutil.rmtree("saved", ignore_errors=True)
        with disk:
            disk.fail_from(offset)
            check = h.index("check", "disk/whole")
            salvage = h.index("salvage", "-q", "disk/whole", "saved")
        said = text(check.stderr)
        b.case(check.returncode == 3 and said.count("\n") == 0 and "disk/whole" in said
               or check.returncode == 0 and not said, "from %d on: check: %d %s" % (offset, check.returncode, said))
        b.case(salvage.returncode in (0, 3, 4) and (check.returncode or not salvage.returncode),
               "from %d on: salvage: %d %s" % (offset, salvage.returncode, text(salvage.stderr)))
        if salvage.returncode != 3:
            b.case(*h.is_sound("saved"))
            saved.add(len(contents("saved").splitlines()))
    print("# salvaged: %s articles" % ", ".join(map(str, sorted(saved))), file=sys.stderr)
    b.case(len(saved) > 1, "salvage always had the same articles")


def cut_lists(b):
    shutil.rmtree("cut", ignore_errors=True)
    shutil.copytree("whole", "cut")
    h.query("similar", "--all", "--quiet", "--lists", "lists.whole", "cut")
    h.must_index("add", "-q", "cut", write_articles("more.jsonl", range(3000, 3040), words=300))
    right = h.query("similar", "--update", "lists.whole", "--quiet", "cut")
    h.query("similar", "--all", "--quiet", "--lists", "lists.new", "cut")
    shutil.rmtree("cut")
    shutil.copytree("whole", "cut")
    h.query("similar", "--all", "--quiet", "--lists", "lists.old", "cut")
    h.must_index("add", "-q", "cut", "more.jsonl")
    wanted, told = h.of(100, 10), 0
    for i in range(wanted * 5):
        if told >= wanted:
            break
        shutil.copy("lists.old", "lists.cut")
        q = h.start_query("similar", "--update", "lists.cut", "--quiet", "cut")
        wait_until(lambda: q.poll() is not None or maps(q.pid, "lists.cut"), pause=0)
        time.sleep(h.random.uniform(0, 0.1))
        os.kill(q.pid, signal.SIGSTOP)
        if q.poll() is None and maps(q.pid, "lists.cut"):
            os.truncate("lists.cut", os.path.getsize("lists.old") * (i % 10) // 10)
        os.kill(q.pid, signal.SIGCONT)
        out, err = q.communicate()
        if q.returncode == 0:
            b.case(out == right.stdout, "another answer")
        else:
            b.case(q.returncode == 3 and text(err).count("\n") == 0 and "lists.cut" in text(err),
                   "status %d: %s" % (q.returncode, text(err)))
            told += 1
    print("# --update ended with a line %d times" % told, file=sys.stderr)
    b.case(told >= wanted, "only %d of %d met the cut" % (told, wanted))


# ---- 35: opening while commits race ----

def racing_commits():
    opens = h.of(1000, 60)
    with h.bar("35", "%d opens against a commit each 10 ms" % opens) as b:
        fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "."
        index = "%s/backfile-race-%d" % (fast, os.getpid())
        w = hold_writer_committing(index)
        try:
            before, started, stop = h.generation(index), time.monotonic(), threading.Event()
            feeder = threading.Thread(target=feed, args=(w, stop))
            feeder.start()
            for i in range(opens):
                r = h.query("search", "--json", index, "race") if i % 4 else h.index("info", "--json", index)
                b.case(r.returncode == 0, "status %d: %s" % (r.returncode, text(r.stderr)))
            stop.set()
            feeder.join()
            made, took = h.generation(index) - before, time.monotonic() - started
            w.stdin.close()
            b.case(w.wait() == 0, text(w.stderr.read()))
            print("# %d commits in %.1f s" % (made, took), file=sys.stderr)
            b.case(made >= took / 0.1, "only %d commits in %.1f s" % (made, took))
            b.case(*h.is_sound(index))
        finally:
            w.kill()
            shutil.rmtree(index, ignore_errors=True)


def hold_writer_committing(index):
    """Commits after each record; blank lines for what a format is recognised by."""
    w = h.start_index("add", "-q", "-t", "1", "--commit-every", "1", index, "-", stdin=subprocess.PIPE)
    w.stdin.write(b'{"id":"0","title":"race"}\n' + b"\n" * (2 << 20))
    w.stdin.flush()
    if not wait_until(lambda: os.path.exists(index + "/manifest") and h.generation(index) > 0):
        w.kill()
        raise RuntimeError("no commit: " + text(w.stderr.read()))
    return w


def feed(w, stop):
    for i in range(10 ** 9):
        if stop.is_set():
            return
        w.stdin.write(b'{"id":"%d","title":"race %d"}\n' % (i % 40, i))
        w.stdin.flush()
        time.sleep(0.01)


# ---- interrupted runs ----

def contents(index):
    return h.answer("search", "--jsonl", "-n", "1000000", index, " ".join(["the"] + QUESTION.split() + ["rain"]))


def killed_lists():
    with h.bar("31", "similar --all --lists killed at random, then run again") as b:
        h.must_index("add", "-q", "lists-index", write_articles("lists.jsonl", range(2500), words=200))
        command = ("similar", "--all", "--quiet", "-t", "1", "-n", "10", "--lists")
        started = time.monotonic()
        h.query(*command, "whole.lists", "lists-index")
        took, whole, resumed = time.monotonic() - started, open("whole.lists", "rb").read(), 0
        for i in range(h.of(100, 8)):
            for kill in range(1 + i % 3):
                q = h.start_query(*command, "part.lists", "lists-index")
                time.sleep(h.random.uniform(0, took))
                q.send_signal(signal.SIGKILL if i % 4 else signal.SIGTERM)
                q.communicate()
            resumed += os.path.exists("part.lists.part")
            r = h.query(*command, "part.lists", "lists-index")
            b.case(r.returncode == 0 and open("part.lists", "rb").read() == whole,
                   "status %d, or another file" % r.returncode)
            b.case(not os.path.exists("part.lists.part") and not os.path.exists("part.lists.tmp"), "files are left")
            os.unlink("part.lists")
        print("# %d runs went on from a journal" % resumed, file=sys.stderr)


def killed_add():
    with h.bar("31", "add killed at random, then run again, goes on after its commits") as b:
        write_articles("add.jsonl", range(4000))
        h.must_index("add", "-q", "-t", "1", "add-whole", "add.jsonl")
        expected, kept = contents("add-whole"), 0
        for i in range(h.of(50, 5)):
            shutil.rmtree("add-part", ignore_errors=True)
            w = h.start_index("add", "-q", "-t", str(1 + i % 2), "--commit-every", "400", "add-part", "add.jsonl")
            time.sleep(h.random.uniform(0.02, 0.5))
            w.kill()
            w.communicate()
            committed = h.generation("add-part") * 400 if os.path.exists("add-part/manifest") else 0
            r = h.index("add", "-q", "--commit-every", "400", "add-part", "add.jsonl")
            same = re.search(r"(\d+) the same", text(r.stderr))
            b.case(r.returncode == 0 and contents("add-part") == expected, "status %d, or other articles" % r.returncode)
            b.case(same and int(same.group(1)) == min(committed, 4000), "%s, %d were committed" % (text(r.stderr), committed))
            kept += committed > 0
        print("# %d of the killed runs had committed" % kept, file=sys.stderr)


sys.exit(h.run([("30", second_writer), ("31", killed_writer), ("31", killed_lists), ("31", killed_add),
                ("33", query_held_open), ("34", cut_files), ("34", failing_disk), ("35", racing_commits), ("32", writer_and_readers)]))
