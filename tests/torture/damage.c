/*
 * damage.c - damages each byte of an index by turns, and looks at what the commands make of it.
 *
 *     damage [--malice] [--stride N] [--only N/OF] [--salvage] INDEX TOPICS SCRATCH
 *
 * For each damage the queries and `check` run in processes of their own, with the programs' own
 * code. With --malice the checksums of file and manifest are put right
 * afterwards, as somebody would who means harm. At the end a line of
 * "name=count" is printed; what may not be is told on standard error, and the
 * status is 1 then.
 *
 *   detected    a query refused, and said why
 *   by_check    the answers are right, `check` refused
 *   harmless    neither saw anything: without --malice that may not be
 *   wrong       a query ended well with another answer: allowed with --malice only
 *   missed      a query refused, `check` did not: the same
 *   crash, hang (2 s of processor time), silent, bloat (twice the memory)    may never be
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/manifest.h"
#include "common/io/file.h"
#include "query/commands.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

/* Of indexer/commands.h, which has a command_parse as query/commands.h does. */
int command_check(int argc, char **argv, struct error *err);
int command_salvage(int argc, char **argv, struct error *err);

#define MOST_FILES     64
#define MOST_COMMANDS  8
#define SECONDS        2
#define SANITIZER_EXIT 99
#define MARK           '\x1e'

/* What sanitizers ask a program for. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "exitcode=99:detect_leaks=0:allocator_may_return_null=0:quarantine_size_mb=1";
}
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "exitcode=99:print_stacktrace=1";
}

struct damaged_file {
    char name[FILE_NAME_BYTES];
    struct buf good;
};

struct verdict {
    int status; /* of the process; negative: the signal that ended it */
    long kilobytes;
    char said[512]; /* the end of standard error */
    size_t len;
    char *out; /* what it printed, mapped */
};

static struct damaged_file files[MOST_FILES];
static int file_count;
static char *dir, *salvaged, *topics;
static const char *source;
static bool malice, salvage;
static unsigned long stride = 1, part = 0, parts = 1;
static struct manifest manifest; /* of the good index */
static int out_fd, err_fd;
static struct verdict clean;
static long clean_kilobytes, peak_kilobytes;

enum outcome { DETECTED, BY_CHECK, HARMLESS, WRONG, MISSED, CRASH, HANG, SILENT, BLOAT, OUTCOMES };
static const char *const outcome_names[OUTCOMES] = {
    "detected", "by_check", "harmless", "wrong", "missed", "crash", "hang", "silent", "bloat"};
static unsigned long counts[OUTCOMES], cases, findings;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "damage: %s: %s: %s\n", path, what, strerror(errno));
    exit(2);
}

/* ---- commands ---- */

static int run_command(char *line)
{
    static const struct command_entry commands[] = {
        {"search", "", command_search},
        {"similar", "", command_similar},
        {"show", "", command_show},
        {"terms", "", command_terms},
        {"check", "", command_check},
        {"salvage", "", command_salvage},
        {NULL, NULL, NULL},
    };
    static const struct program program = {"damage", "", commands};
    char name[] = "damage", *argv[24] = {name};
    int argc = 1;
    for (char *word = strtok(line, "\t"); word; word = strtok(NULL, "\t"))
        argv[argc++] = word;
    return program_main(&program, argc, argv);
}

/* All of them in this process; each one's output, then its status behind a mark. */
static _Noreturn void run_here(const char *const *lines)
{
    int worst = 0;
    for (; *lines; lines++) {
        struct buf line = {0};
        for (const char *p = *lines; *p; p++) {
            const char *path = *p == '@' ? dir : *p == '%' ? topics : *p == '+' ? salvaged : NULL;
            if (path)
                buf_puts(&line, path);
            else
                buf_putc(&line, *p);
        }
        buf_putc(&line, '\0');
        int status = run_command((char *)line.data);
        printf("%c%d\n", MARK, status);
        worst = status > worst ? status : worst;
        buf_free(&line);
    }
    fflush(stdout);
    _exit(worst);
}

static void limit_time(void)
{
    const struct rlimit seconds = {SECONDS, SECONDS}, no_core = {0, 0};
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &no_core);
    alarm(60 * SECONDS);
}

static void read_back(struct verdict *v)
{
    off_t err_len = lseek(err_fd, 0, SEEK_END);
    off_t from = err_len > (off_t)sizeof v->said - 1 ? err_len - (off_t)sizeof v->said + 1 : 0;
    ssize_t n = pread(err_fd, v->said, sizeof v->said - 1, from);
    v->said[n > 0 ? n : 0] = '\0';
    v->len = (size_t)lseek(out_fd, 0, SEEK_END);
    v->out = mem_alloc(v->len + 1);
    n = pread(out_fd, v->out, v->len, 0);
    v->out[n > 0 ? n : 0] = '\0';
}

static void run_apart(const char *const *lines, struct verdict *v)
{
    struct rusage usage;
    int status;
    *v = (struct verdict){0};
    if (ftruncate(out_fd, 0) || ftruncate(err_fd, 0))
        die("emptying", "output");
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        die("fork", "");
    if (!child) {
        lseek(out_fd, 0, SEEK_SET);
        lseek(err_fd, 0, SEEK_SET);
        dup2(out_fd, STDOUT_FILENO);
        dup2(err_fd, STDERR_FILENO);
        limit_time();
        run_here(lines);
    }
    if (wait4(child, &status, 0, &usage) != child)
        die("wait4", "");
    v->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    v->kilobytes = usage.ru_maxrss;
    read_back(v);
}

/* ---- what came of it ---- */

static bool is_hang(const struct verdict *v)
{
    return v->status == -SIGXCPU || v->status == -SIGALRM || v->status == -SIGKILL;
}

static bool is_crash(const struct verdict *v)
{
    return v->status < 0 || v->status == SANITIZER_EXIT || strstr(v->said, "runtime error:") ||
           strstr(v->said, "Sanitizer");
}

/* The output of a command up to its mark; *status is -1 where the process ended before it. */
static const char *next_output(const char **p, size_t *len, int *status)
{
    const char *start = *p, *mark = strchr(start, MARK);
    *len = mark ? (size_t)(mark - start) : strlen(start);
    *status = mark ? atoi(mark + 1) : -1;
    *p = mark ? strchr(mark, '\n') + 1 : start + *len;
    return start;
}

/* Whether a command ended well with another answer. */
static bool is_wrong(const struct verdict *v)
{
    const char *a = clean.out, *b = v->out;
    while (*a && *b) {
        size_t a_len, b_len;
        int a_status, b_status;
        const char *was = next_output(&a, &a_len, &a_status);
        const char *is = next_output(&b, &b_len, &b_status);
        if (b_status == 0 || b_status == 1)
            if (a_status != b_status || a_len != b_len || memcmp(was, is, a_len) != 0)
                return true;
    }
    return false;
}

static enum outcome judge(const struct verdict *asked, const struct verdict *checked)
{
    long most = asked->kilobytes > checked->kilobytes ? asked->kilobytes : checked->kilobytes;
    peak_kilobytes = most > peak_kilobytes ? most : peak_kilobytes;
    if (is_hang(asked) || is_hang(checked))
        return HANG;
    if (is_crash(asked) || is_crash(checked))
        return CRASH;
    if (is_wrong(asked))
        return WRONG;
    if (most > 2 * clean_kilobytes)
        return BLOAT;
    if ((asked->status > 1 && !*asked->said) || (checked->status && !*checked->said))
        return SILENT;
    if (asked->status > 1)
        return checked->status ? DETECTED : MISSED;
    return checked->status ? BY_CHECK : HARMLESS;
}

static bool is_finding(enum outcome outcome)
{
    bool only_accidents = outcome == HARMLESS || outcome == WRONG || outcome == MISSED;
    return outcome >= CRASH || (only_accidents && !malice);
}

static const char *const queries[] = {
    "search\t--queries\t%\t--syntax\t--trec\trun\t-n\t100\t@",
    "search\t--json\t--facets\tcategory,year,source,author,tag\t--explain\t-n\t100\t@\tin OR of OR "
    "volcano",
    "similar\t--all\t--jsonl\t--quiet\t--threshold\t0\t-t\t1\t@",
    "similar\t--all-copies\t--jsonl\t@",
    "show\t@\thw-2010-0415-ashcloud",
    "terms\t@",
    NULL,
};
static const char *const checks[] = {"check\t@", NULL};
static const char *const salvages[] = {"salvage\t-q\t@\t+", NULL};

static void salvage_apart(const char *file, const char *what, size_t at)
{
    struct verdict v;
    if (!access(salvaged, F_OK))
        scratch_free(mem_strdup(salvaged));
    run_apart(salvages, &v);
    if (is_hang(&v) || is_crash(&v)) {
        findings++;
        counts[is_hang(&v) ? HANG : CRASH]++;
        fprintf(stderr, "%s: %s at %zu: salvage: status %d: %s\n", file, what, at, v.status,
                v.said);
    }
    free(v.out);
}

static void look(const char *file, const char *what, size_t at)
{
    struct verdict asked, checked;
    run_apart(queries, &asked);
    run_apart(checks, &checked);
    enum outcome outcome = judge(&asked, &checked);
    cases++;
    counts[outcome]++;
    if (is_finding(outcome)) {
        findings++;
        fprintf(stderr, "%s: %s at %zu: %s: status %d and %d\n%s%s", file, what, at,
                outcome_names[outcome], asked.status, checked.status, asked.said, checked.said);
    }
    if (salvage)
        salvage_apart(file, what, at);
    free(asked.out);
    free(checked.out);
}

/* ---- checksums put right ---- */

/* What the manifest says of a file; NULL for the manifest itself. */
static struct file_entry *entry_of(struct manifest *m, const char *name)
{
    char made[FILE_NAME_BYTES];
    copies_file_name(m->copies_generation, made);
    if (!strcmp(made, name))
        return &m->copies_file;
    for (uint32_t i = 0; i < m->segment_count; i++) {
        struct segment_entry *s = &m->segments[i];
        for (unsigned which = 0; which < SEGMENT_FILES; which++) {
            segment_file_name(s->number, which, made);
            if (!strcmp(made, name))
                return &s->files[which];
        }
        deletes_file_name(s->number, s->deletes_generation, made);
        if (!strcmp(made, name))
            return &s->deletes_file;
    }
    return NULL;
}

static void write_manifest(const struct manifest *m)
{
    struct loose_frame f = {.kind = FRAME_KIND('M', 'A', 'N', 'I'), .count = 1};
    struct file_entry ignored;
    char *path = file_join(dir, MANIFEST_NAME);
    manifest_encode(m, &f.sections[0]);
    loose_write(&f, path, &ignored);
    loose_free(&f);
    free(path);
}

/* Makes the manifest say that this is the file. */
static void name_in_manifest(const char *file, uint64_t length, uint32_t crc)
{
    struct file_entry *entry = entry_of(&manifest, file), before;
    if (!entry)
        return;
    before = *entry;
    *entry = (struct file_entry){length, crc};
    write_manifest(&manifest);
    *entry = before;
}

/* ---- damages ---- */

static void put(const struct damaged_file *f, const unsigned char *p, size_t n)
{
    char *path = file_join(dir, f->name);
    unlink(path);
    scratch_write(path, p, n);
    free(path);
}

static void restore(const struct damaged_file *f)
{
    put(f, f->good.data, f->good.len);
    if (malice)
        write_manifest(&manifest);
}

/* Whether it is this run's turn. */
static bool is_due(void)
{
    static unsigned long n;
    return n++ % parts == part;
}

static void try_bytes(const struct damaged_file *f, const char *what, size_t at, unsigned char *p,
                      size_t n)
{
    if (!is_due())
        return;
    uint32_t crc = malice && n > FRAME_FOOTER ? refit_checksums(p, n) : 0;
    if (n == f->good.len && !memcmp(p, f->good.data, n))
        return;
    put(f, p, n);
    if (malice)
        name_in_manifest(f->name, n, crc);
    look(f->name, what, at);
    restore(f);
}

/* Other bytes at a place: n of them. */
static void try_change(const struct damaged_file *f, const char *what, size_t at,
                       const unsigned char *bytes, size_t n)
{
    if (n > f->good.len - at)
        return;
    unsigned char *copy = mem_dup(f->good.data, f->good.len);
    memcpy(copy + at, bytes, n);
    try_bytes(f, what, at, copy, f->good.len);
    free(copy);
}

static void change_each_byte(const struct damaged_file *f)
{
    static const unsigned char zeros[8], ones[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    for (size_t i = 0; i < f->good.len; i += stride) {
        unsigned char flipped = f->good.data[i] ^ (unsigned char)(1u << (i * 5 + 1) % 8);
        unsigned char more = (unsigned char)(f->good.data[i] + 1), less = (unsigned char)(more - 2);
        try_change(f, "a bit flipped", i, &flipped, 1);
        try_change(f, "zero", i, zeros, 1);
        try_change(f, "255", i, ones, 1);
        if (!malice)
            continue;
        try_change(f, "one more", i, &more, 1);
        try_change(f, "one less", i, &less, 1);
        try_change(f, "four times 255", i, ones, 4);
        try_change(f, "eight times 255", i, ones, 8);
        try_change(f, "four zeros", i, zeros, 4);
    }
}

static void cut_and_extend(const struct damaged_file *f)
{
    static const size_t more[] = {1, 4, 4096};
    for (size_t n = 0; n < f->good.len; n += stride) {
        unsigned char *copy = mem_dup(f->good.data, f->good.len);
        try_bytes(f, "cut", n, copy, n);
        free(copy);
    }
    for (int i = 0; i < 3; i++) {
        unsigned char *longer = mem_zalloc(f->good.len + more[i], 1);
        memcpy(longer, f->good.data, f->good.len);
        try_bytes(f, "extended by", more[i], longer, f->good.len + more[i]);
        free(longer);
    }
}

/* Blocks that a disk lost, or wrote at another place. */
static void lose_blocks(const struct damaged_file *f)
{
    static const size_t sizes[] = {512, 4096};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < f->good.len; i += sizes[k]) {
            size_t n = f->good.len - i < sizes[k] ? f->good.len - i : sizes[k];
            unsigned char *copy = mem_dup(f->good.data, f->good.len);
            memset(copy + i, 0, n);
            try_bytes(f, "lost block", i, copy, f->good.len);
            if (i >= n) {
                memcpy(copy + i, f->good.data + i - n, n);
                try_bytes(f, "doubled block", i, copy, f->good.len);
            }
            free(copy);
        }
}

/* Each section cut at each length, with a frame that says so. */
static void cut_sections(const struct damaged_file *f)
{
    struct loose_frame loose;
    struct file_entry entry;
    char *path = file_join(dir, f->name);
    loose_read(&loose, path, load_u32(f->good.data + 8));
    for (unsigned i = 0; i < loose.count; i++) {
        size_t whole = loose.sections[i].len;
        for (size_t n = 0; n < whole; n += n < 64 && stride < 8 ? 1 : 8 * stride) {
            if (!is_due())
                continue;
            loose.sections[i].len = n;
            loose_write(&loose, path, &entry);
            name_in_manifest(f->name, entry.length, entry.crc);
            look(f->name, "section cut", n);
            restore(f);
        }
        loose.sections[i].len = whole;
    }
    loose_free(&loose);
    free(path);
}

/* Any two files in each other's place. */
static void swap_files(void)
{
    for (int i = 0; i < file_count; i++)
        for (int k = 0; k < file_count; k++) {
            unsigned char *copy = mem_dup(files[k].good.data, files[k].good.len);
            try_bytes(&files[i], files[k].name, 0, copy, files[k].good.len);
            free(copy);
        }
}

static void lose_file(const struct damaged_file *f)
{
    char *path = file_join(dir, f->name);
    if (is_due()) {
        unlink(path);
        look(f->name, "lost", 0);
        restore(f);
    }
    free(path);
}

static void damage_all(void)
{
    for (int i = 0; i < file_count; i++) {
        change_each_byte(&files[i]);
        if (malice) {
            cut_sections(&files[i]);
            continue;
        }
        cut_and_extend(&files[i]);
        lose_blocks(&files[i]);
        lose_file(&files[i]);
    }
    swap_files();
}

/* ---- setting up ---- */

static void read_index(void)
{
    DIR *d = opendir(source);
    if (!d)
        die("opening", source);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.' || !strcmp(e->d_name, LOCK_NAME))
            continue;
        struct damaged_file *f = &files[file_count++];
        char *path = file_join(source, e->d_name);
        snprintf(f->name, sizeof f->name, "%.60s", e->d_name);
        scratch_read(path, &f->good);
        put(f, f->good.data, f->good.len);
        free(path);
    }
    closedir(d);
}

static int by_name(const void *a, const void *b)
{
    const struct damaged_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static void run_clean(void)
{
    struct verdict checked;
    struct error err;
    if (manifest_read(dir, &manifest, &err))
        die(err.text, source);
    if (malice)
        write_manifest(&manifest);
    run_apart(queries, &clean);
    run_apart(checks, &checked);
    if (clean.status > 1 || checked.status || is_crash(&clean)) {
        fprintf(stderr, "damage: the index is not good: %s%s\n", clean.said, checked.said);
        exit(2);
    }
    clean_kilobytes = clean.kilobytes > checked.kilobytes ? clean.kilobytes : checked.kilobytes;
    free(checked.out);
}

static void parse(int argc, char **argv)
{
    static const struct option options[] = {{"malice", no_argument, NULL, 'm'},
                                            {"salvage", no_argument, NULL, 's'},
                                            {"stride", required_argument, NULL, 'n'},
                                            {"only", required_argument, NULL, 'o'},
                                            {NULL, 0, NULL, 0}};
    for (int code; (code = getopt_long(argc, argv, "", options, NULL)) >= 0;) {
        malice |= code == 'm';
        salvage |= code == 's';
        if (code == 'n')
            stride = strtoul(optarg, NULL, 10);
        if (code == 'o' && sscanf(optarg, "%lu/%lu", &part, &parts) != 2)
            parts = 0;
    }
    if (argc - optind != 3 || !stride || part >= parts) {
        fprintf(stderr, "usage: damage [--malice] [--salvage] [--stride N] [--only N/OF] "
                        "INDEX TOPICS SCRATCH\n");
        exit(2);
    }
    source = argv[optind];
    topics = argv[optind + 1];
    dir = file_join(argv[optind + 2], "damaged");
    salvaged = file_join(argv[optind + 2], "salvaged");
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (mkdir(dir, 0777) && errno != EEXIST)
        die("creating", dir);
    out_fd = memfd_create("out", MFD_CLOEXEC);
    err_fd = memfd_create("err", MFD_CLOEXEC);
    read_index();
    qsort(files, (size_t)file_count, sizeof *files, by_name);
    run_clean();
    damage_all();
    printf("cases=%lu findings=%lu", cases, findings);
    for (int i = 0; i < OUTCOMES; i++)
        printf(" %s=%lu", outcome_names[i], counts[i]);
    printf(" kilobytes=%ld clean_kilobytes=%ld\n", peak_kilobytes, clean_kilobytes);
    return findings != 0;
}
