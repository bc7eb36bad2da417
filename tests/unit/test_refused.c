/*
 * test_refused.c - files whose checksums are right and whose contents cannot be: each
 * is refused by name, for its own reason.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/index/columns_write.h"
#include "common/index/deletes_write.h"
#include "common/index/limits.h"
#include "common/index/sketch_file.h"
#include "common/index/snapshot.h"
#include "common/io/file.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"
#include "tests/unit/small_index.h"

/* ---- one change of one section ---- */

enum change { DROP, CUT, GROW, U8, U32, U64, EMPTY };

struct refusal {
    enum segment_file file; /* SEGMENT_FILES: the delete file; SMALL_COPIES */
    unsigned section;
    enum change change; /* DROP: the section and all behind it; GROW and CUT: by value bytes */
    size_t at;          /* of the postings: from the list of "and" on */
    uint64_t value;
    const char *message;
};

static const struct refusal *present;

/* Where the list of "and" starts, which every article has. */
static size_t list_of_and(const struct segment *s)
{
    struct term_info info;
    struct error err;
    assert_int_equal(dictionary_find(&s->dictionary, "and", 3, &info, &err), BF_OK);
    return info.postings_at;
}

static void apply(struct loose_frame *f, const struct segment *s)
{
    struct buf *section = &f->sections[present->section];
    size_t at = present->at + (present->file == FILE_POSTINGS ? list_of_and(s) : 0);
    switch (present->change) {
    case DROP:
        f->count = present->section;
        break;
    case CUT:
        section->len -= present->value;
        break;
    case GROW:
        buf_zeros(section, present->value);
        if (f->count <= present->section)
            f->count = present->section + 1;
        break;
    case U8:
        section->data[at] = (unsigned char)present->value;
        break;
    case U32:
        store_u32(section->data + at, (uint32_t)present->value);
        break;
    case U64:
        store_u64(section->data + at, present->value);
        break;
    case EMPTY:
        section->len = 0;
        break;
    }
}

/* The names end differently: what a message must name. */
static const char *ending_of(enum segment_file which)
{
    return which == SMALL_COPIES    ? ".copies"
           : which == SEGMENT_FILES ? ".deletes"
                                    : segment_file_names[which];
}

static void assert_refused(int rc, const struct error *err, const struct refusal *r)
{
    if (rc == BF_ERR_DAMAGED && strstr(err->text, r->message) &&
        strstr(err->text, ending_of(r->file)))
        return;
    fail_msg("\"%s\" expected of %s, not %d \"%s\"", r->message, ending_of(r->file), rc,
             rc ? err->text : "");
}

/* Makes the change, lets `use` meet it, and puts the files back. */
static void refuse_all(const char *dir, const struct refusal *rows, size_t count,
                       int (*use)(const char *dir, struct error *err))
{
    struct manifest m;
    struct error err;
    assert_int_equal(manifest_read(dir, &m, &err), BF_OK);
    for (size_t i = 0; i < count; i++) {
        char name[FILE_NAME_BYTES];
        struct buf file = {0}, manifest = {0};
        present = &rows[i];
        if (present->file == SMALL_COPIES)
            copies_file_name(m.copies_generation, name);
        else if (present->file == SEGMENT_FILES)
            deletes_file_name(m.segments[0].number, m.segments[0].deletes_generation, name);
        else
            segment_file_name(m.segments[0].number, present->file, name);
        char *path = scratch_path(dir, name), *manifest_path = scratch_path(dir, MANIFEST_NAME);
        scratch_read(path, &file);
        scratch_read(manifest_path, &manifest);
        small_index_patch(dir, 0, present->file, apply);
        int rc = use(dir, &err);
        assert_refused(rc, &err, present);
        scratch_write(path, file.data, file.len);
        scratch_write(manifest_path, manifest.data, manifest.len);
        buf_free(&file);
        buf_free(&manifest);
        free(path);
        free(manifest_path);
    }
    manifest_free(&m);
    assert_int_equal(use(dir, &err), BF_OK);
}

#define REFUSE(dir, rows, use) refuse_all(dir, rows, sizeof rows / sizeof *rows, use)

/* ---- when the index is opened ---- */

static int open_index(const char *dir, struct error *err)
{
    struct snapshot s;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    rc = copies_verify(&s.copies, small_docs[0] + small_docs[1], err);
    snapshot_close(&s);
    return rc;
}

static void sections_are_those_of_the_file(void **state)
{
    static const char terms[] = "not the sections of a dictionary";
    static const char lists[] = "not the sections of a list file";
    static const char forms[] = "not the sections of a file of forms";
    static const char columns[] = "not the sections of columns";
    static const char length[] = "column of another length";
    static const char text[] = "not the sections of stored text";
    static const char deletes[] = "not the sections of a delete file";
    static const char copies[] = "not the sections of copies";
    const struct refusal rows[] = {
        {FILE_TERMS, 3, DROP, 0, 0, terms},
        {FILE_TERMS, 4, GROW, 0, 1, terms},
        {FILE_TERMS, 3, CUT, 0, 1, terms},
        {FILE_TERMS, 3, GROW, 0, 1, terms},
        {FILE_TERMS, 1, CUT, 0, 1, "index of another length"},
        {FILE_TERMS, 1, GROW, 0, 1, "index of another length"},
        {FILE_TERMS, 3, U32, 0, 0, "index of another length"},
        {FILE_POSTINGS, 1, GROW, 0, 1, lists},
        {FILE_POSTINGS, 0, DROP, 0, 0, lists},
        {FILE_POSITIONS, 1, GROW, 0, 1, lists},
        {FILE_FORMS, 3, DROP, 0, 0, forms},
        {FILE_FORMS, 4, GROW, 0, 1, forms},
        {FILE_FORMS, 3, CUT, 0, 1, forms},
        {FILE_FORMS, 1, CUT, 0, 1, "index of another length"},
        {FILE_FORMS, 1, GROW, 0, FORMS_RECORD_BYTES, "index of another length"},
        {FILE_FORMS, 3, U32, 0, 0, "index of another length"},
        {FILE_COLUMNS, COLUMNS - 1, DROP, 0, 0, columns},
        {FILE_COLUMNS, COLUMNS, GROW, 0, 1, columns},
        {FILE_COLUMNS, COLUMN_LENGTH, CUT, 0, 1, length},
        {FILE_COLUMNS, COLUMN_LEAD_LENGTH, GROW, 0, 1, length},
        {FILE_COLUMNS, COLUMN_FLAGS, CUT, 0, 1, length},
        {FILE_COLUMNS, COLUMN_BASES, CUT, 0, 1, length},
        {FILE_COLUMNS, COLUMN_DATE, CUT, 0, 1, length},
        {FILE_COLUMNS, COLUMN_ID_ORDER, GROW, 0, 9 * 4400, length},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS, CUT, 0, 8, "not the sections of names"},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS + 1, GROW, 0, 4, "not the sections of names"},
        {FILE_COLUMNS, COLUMN_CATEGORY_NAMES, CUT, 0, 1, "no list of categories"},
        {FILE_TEXT, 2, DROP, 0, 0, text},
        {FILE_TEXT, 3, GROW, 0, 1, text},
        {FILE_TEXT, 2, GROW, 0, 1, text},
        {FILE_TEXT, 2, GROW, 0, 4, text},
        {FILE_TEXT, 1, CUT, 0, 1, text},
        {FILE_SKETCHES, 1, GROW, 0, 1, "not the sections of sketches"},
        {FILE_SKETCHES, 0, DROP, 0, 0, "not the sections of sketches"},
        {SEGMENT_FILES, 3, DROP, 0, 0, deletes},
        {SEGMENT_FILES, 0, GROW, 0, 1, deletes},
        {SEGMENT_FILES, 0, CUT, 0, 1, deletes},
        {SEGMENT_FILES, 1, GROW, 0, 2, deletes},
        {SEGMENT_FILES, 2, GROW, 0, 4, deletes},
        {SEGMENT_FILES, 3, CUT, 0, 4, deletes},
        {SMALL_COPIES, COPIES_TEXTS, DROP, 0, 0, copies},
        {SMALL_COPIES, COPIES_SECTIONS, GROW, 0, 1, copies},
        {SMALL_COPIES, COPIES_DOCS, CUT, 0, 1, copies},
        {SMALL_COPIES, COPIES_LEADERS, GROW, 0, 4, copies},
        {SMALL_COPIES, COPIES_KEYS, GROW, 0, 2, copies},
        {SMALL_COPIES, COPIES_KEY_ARTICLES, GROW, 0, 4, copies},
    };
    REFUSE(*state, rows, open_index);
}

static void copies_are_of_articles(void **state)
{
    const uint64_t all = small_docs[0] + small_docs[1];
    const struct refusal rows[] = {
        {SMALL_COPIES, COPIES_LEADERS, U32, 4, all, "copies of no article"},
        {SMALL_COPIES, COPIES_LEADERS, U32, 0, UINT32_MAX, "copies of no article"},
        {SMALL_COPIES, COPIES_DOCS, U32, 0, all, "articles with copies do not ascend"},
        {SMALL_COPIES, COPIES_DOCS, U32, 4, 0, "articles with copies do not ascend"},
    };
    REFUSE(*state, rows, open_index);
}

/* Two sections, each as long as the other is to be. */
static unsigned shortened[2];

static void shorten(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[shortened[0]].len--;
    f->sections[shortened[1]].len--;
}

static void copies_are_whole_numbers(void **unused)
{
    (void)unused;
    static const unsigned pairs[][2] = {{COPIES_DOCS, COPIES_LEADERS},
                                        {COPIES_KEYS, COPIES_KEY_ARTICLES}};
    for (int i = 0; i < 2; i++) {
        struct error err;
        char *dir = scratch_new();
        small_index_make(dir, NULL);
        memcpy(shortened, pairs[i], sizeof shortened);
        small_index_patch(dir, 0, SMALL_COPIES, shorten);
        assert_int_equal(open_index(dir, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, "not the sections of copies"));
        scratch_free(dir);
    }
}

/* ---- when it is read ---- */

static int read_boilerplate(const char *dir, struct error *err)
{
    struct snapshot s;
    struct boilerplate_cursor c;
    struct boilerplate_text text;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    boilerplate_cursor_open(&c, &s.copies);
    do
        rc = boilerplate_cursor_next(&c, &text, err);
    while (!rc);
    snapshot_close(&s);
    return rc == BF_END ? BF_OK : rc;
}

static void boilerplate_has_a_source_and_a_text(void **state)
{
    const struct refusal rows[] = {
        {SMALL_COPIES, COPIES_TEXTS, CUT, 0, 1, "no text of boilerplate"},
        {SMALL_COPIES, COPIES_TEXTS, EMPTY, 0, 0, "no text of boilerplate"},
    };
    REFUSE(*state, rows, read_boilerplate);
}

static int read_first_articles(const char *dir, struct error *err)
{
    struct snapshot s;
    struct article_reader reader;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    article_reader_init(&reader, &s);
    for (uint32_t doc = 0; doc < 2 && !rc; doc++) {
        struct arena arena = {0};
        struct article a;
        rc = article_read(&reader, doc, &arena, &a, err);
        arena_free(&arena);
    }
    article_reader_free(&reader);
    snapshot_close(&s);
    return rc;
}

static void records_lie_in_blocks(void **state)
{
    const struct refusal rows[] = {
        {FILE_TEXT, 1, U64, 0, UINT64_MAX, "text block out of range"},
        {FILE_TEXT, 1, U64, 8, UINT64_MAX, "text block out of range"},
        {FILE_TEXT, 2, U32, 0, MAX_TEXT_BLOCK + 1, "text block out of range"},
        {FILE_TEXT, 2, U32, 0, MAX_TEXT_BLOCK, "text block too short for its length"},
        {FILE_TEXT, 2, U32, 0, 7, "text block does not decompress"},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS, U64, 0, UINT64_MAX, "names out of range"},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS, U64, 8, UINT64_MAX, "names out of range"},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS + 1, U32, 0, UINT32_MAX, "names out of range"},
        {FILE_COLUMNS, COLUMN_NAME_OFFSETS + 1, U32, 0, 1, "no names of articles"},
    };
    REFUSE(*state, rows, read_first_articles);
}

static int walk_sketches(const char *dir, struct error *err)
{
    struct snapshot s;
    struct sketch_cursor c;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    rc = sketch_cursor_open(&c, &s.segments[0].sketches, err);
    for (uint32_t doc = 0; doc < small_docs[0] && !rc; doc++)
        rc = sketch_cursor_next(&c, err);
    snapshot_close(&s);
    return rc;
}

static void sketches_are_of_articles(void **state)
{
    const struct refusal rows[] = {
        {FILE_SKETCHES, 0, CUT, 0, 1, "no sketch of an article"},
        {FILE_SKETCHES, 0, EMPTY, 0, 0, "no sketch of an article"},
        {FILE_SKETCHES, 0, U8, 1, 0xff, "no sketch of an article"},
    };
    REFUSE(*state, rows, walk_sketches);
}

/* Deletes the article 200: whoever counts what it takes off meets the lists. */
static int delete_one(const char *dir, struct error *err)
{
    static const unsigned char bitmap[550] = {[25] = 1};
    struct snapshot s;
    int rc = snapshot_open(&s, dir, err);
    if (rc)
        return rc;
    struct segment_entry entry = s.segments[0].entry;
    char *other = scratch_new();
    rc = deletes_write(&s.segments[0], other, 2, bitmap, &entry, err);
    scratch_free(other);
    snapshot_close(&s);
    return rc;
}

/* The head of the list of "and" is a byte and the last articles of its two groups. */
static void no_list_is_counted_unread(void **state)
{
    const struct refusal rows[] = {
        {FILE_POSTINGS, 0, U8, 0, 0xff, "no head of a posting list"},
        {FILE_POSTINGS, 0, U32, 1, 100000, "last article of a block is wrong"},
        {FILE_POSTINGS, 0, U32, 1, UINT32_MAX, "last article of a block is wrong"},
        {FILE_POSTINGS, 0, EMPTY, 0, 0, "posting list out of range"},
        {FILE_POSITIONS, 0, EMPTY, 0, 0, "positions out of range"},
    };
    REFUSE(*state, rows, delete_one);
}

/* ---- what the manifest says of a file ---- */

static const char *changed_field;

static void change_entry(struct manifest *m)
{
    struct segment_entry *s = &m->segments[0];
    if (!strcmp(changed_field, "length"))
        s->files[FILE_TEXT].length++;
    else if (!strcmp(changed_field, "crc"))
        s->files[FILE_TEXT].crc ^= 1;
    else if (!strcmp(changed_field, "id"))
        s->id[FRAME_ID_BYTES - 1] ^= 1;
    else if (!strcmp(changed_field, "deletes"))
        s->deletes_file.crc ^= 1;
    else if (!strcmp(changed_field, "copies length"))
        m->copies_file.length++;
    else
        m->copies_file.crc ^= 1;
}

static void a_file_is_the_one_that_the_manifest_names(void **state)
{
    static const struct {
        const char *field, *ending;
    } cases[] = {{"length", ".text"},
                 {"crc", ".text"},
                 {"id", ".terms"},
                 {"deletes", ".deletes"},
                 {"copies length", ".copies"},
                 {"copies crc", ".copies"}};
    char *path = scratch_path(*state, MANIFEST_NAME);
    struct buf manifest = {0};
    scratch_read(path, &manifest);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        changed_field = cases[i].field;
        small_index_patch_manifest(*state, change_entry);
        assert_int_equal(open_index(*state, &err), BF_ERR_DAMAGED);
        assert_non_null(strstr(err.text, "not the file that the manifest names"));
        assert_non_null(strstr(err.text, cases[i].ending));
        scratch_write(path, manifest.data, manifest.len);
    }
    struct error err;
    assert_int_equal(open_index(*state, &err), BF_OK);
    buf_free(&manifest);
    free(path);
}

/* ---- the forms of a term, written by hand ---- */

struct hand_made {
    const char *entries;
    size_t len;
    unsigned count;
    size_t numbers_at, numbers;
    const char *message; /* NULL: the term "abcd" of ordinal 7 has one form */
    const char *form;
};

/* One group, whose first entry is that of the ordinal 5. */
static void write_forms(const char *path, const struct hand_made *h)
{
    struct loose_frame f = {.kind = FRAME_KIND('F', 'O', 'R', 'M'), .count = 4};
    struct file_entry unused;
    buf_add(&f.sections[0], h->entries, h->len);
    buf_u32(&f.sections[1], 5);
    buf_u64(&f.sections[1], 0);
    buf_u64(&f.sections[1], h->numbers_at);
    buf_zeros(&f.sections[2], h->numbers);
    buf_u32(&f.sections[3], h->count);
    loose_write(&f, path, &unused);
    loose_free(&f);
}

static int find_form(const char *path, uint32_t ordinal, struct term_forms *out, struct error *err)
{
    const struct term_info info = {.ordinal = ordinal, .df = 3, .cf = 3};
    struct forms f;
    assert_int_equal(forms_open(&f, path, err), BF_OK);
    int rc = forms_find(&f, &info, "abcd", 4, out, err);
    uint32_t *numbers = calloc(forms_room(info.cf), sizeof *numbers);
    if (!rc)
        rc = forms_read_numbers(&f, out, info.cf, numbers, err);
    free(numbers);
    forms_close(&f);
    return rc;
}

#define ENTRIES(s) s, sizeof s - 1
#define FIRST      "\0\1\2\1s"

static void forms_are_whole(void **state)
{
    static const char refused[] = "no entry of a term's forms";
    static const struct hand_made cases[] = {
        {ENTRIES(FIRST "\1\1\4\1e"), 2, 0, 0, NULL, "abcde"},
        {ENTRIES(FIRST "\0\1\4\1e"), 2, 0, 0, NULL, "abcd"}, /* of ordinal 6 */
        {ENTRIES(FIRST "\2\1\4\1e"), 2, 0, 0, NULL, "abcd"}, /* of ordinal 8 */
        {ENTRIES(FIRST "\xf9\xff\xff\xff\x0f\1\4\0"), 2, 0, 0, NULL, "abcd"},
        {ENTRIES(FIRST "\xfa\xff\xff\xff\x0f\1\4\0"), 2, 0, 0, refused, NULL},
        {ENTRIES("\1\1\2\1s"), 1, 0, 0, refused, NULL}, /* the group's record has it */
        {ENTRIES(""), 1, 0, 0, refused, NULL},
        {ENTRIES("\0"), 1, 0, 0, refused, NULL},
        {ENTRIES("\0\0"), 1, 0, 0, refused, NULL}, /* no form */
        {ENTRIES("\0\1"), 1, 0, 0, refused, NULL},
        {ENTRIES("\0\1\2"), 1, 0, 0, refused, NULL},
        {ENTRIES("\0\1\2\2s"), 1, 0, 0, refused, NULL},
        {ENTRIES(FIRST "\1\1\5\0"), 2, 0, 0, refused, NULL}, /* more of the term than it has */
        {ENTRIES(FIRST "\1\1\0\x80\2"), 2, 0, 0, refused, NULL},
        {ENTRIES(FIRST "\1\1\4\xfc\1"), 2, 0, 0, refused, NULL}, /* 256 bytes */
        {ENTRIES(FIRST "\1\2\4\0\4\1e"), 2, 0, 0, refused, NULL},
        {ENTRIES(FIRST "\1\2\4\0\4\1e\3"), 2, 0, 2, refused, NULL},
        {ENTRIES(FIRST "\1\1\4\1e"), 2, 1, 0, refused, NULL},
        {ENTRIES(FIRST), 2, 0, 0, refused, NULL},
        {ENTRIES(FIRST "\1\2\4\0\4\1e\0"), 2, 0, 0, "no list of forms", NULL},
    };
    char *path = scratch_path(*state, "forms");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct term_forms forms = {0};
        struct error err;
        write_forms(path, &cases[i]);
        int rc = find_form(path, 7, &forms, &err);
        if (cases[i].message) {
            if (rc != BF_ERR_DAMAGED || !strstr(err.text, cases[i].message))
                fail_msg("case %zu: %d", i, rc);
        } else {
            assert_int_equal(rc, BF_OK);
            assert_int_equal(forms.count, 1);
            assert_int_equal(term_forms_find(&forms, cases[i].form, strlen(cases[i].form)), 0);
        }
        term_forms_free(&forms);
    }
    free(path);
}

/* The longest form there may be, and one byte more. */
static void forms_have_a_limit(void **state)
{
    char *path = scratch_path(*state, "forms");
    for (size_t more = MAX_FORM_LENGTH - 5; more <= MAX_FORM_LENGTH - 3; more++) {
        struct buf entry = {0};
        struct term_forms forms = {0};
        struct error err;
        buf_add(&entry, FIRST "\1\1\4", 8);
        buf_varint(&entry, more);
        for (size_t i = 0; i < more; i++)
            buf_putc(&entry, 'e');
        const struct hand_made h = {(const char *)entry.data, entry.len, 2, 0, 0, NULL, NULL};
        write_forms(path, &h);
        int rc = find_form(path, 7, &forms, &err);
        assert_int_equal(rc, 4 + more <= MAX_FORM_LENGTH ? BF_OK : BF_ERR_DAMAGED);
        if (!rc)
            assert_int_equal(forms.ends[0], 4 + more);
        term_forms_free(&forms);
        buf_free(&entry);
    }
    free(path);
}

/* Two groups: the second's record is at 20. */
static void write_groups(const char *path, uint32_t ordinal, uint64_t from, uint64_t second)
{
    struct loose_frame f = {.kind = FRAME_KIND('F', 'O', 'R', 'M'), .count = 4};
    struct file_entry unused;
    for (int i = 0; i < FORMS_GROUP; i++)
        buf_add(&f.sections[0], "\0\1\2\1s", 5);
    buf_add(&f.sections[0], "\0\1\4\1e", 5);
    buf_u32(&f.sections[1], 1);
    buf_u64(&f.sections[1], from);
    buf_u64(&f.sections[1], 0);
    buf_u32(&f.sections[1], ordinal);
    buf_u64(&f.sections[1], second);
    buf_u64(&f.sections[1], 0);
    buf_zeros(&f.sections[2], 0);
    buf_u32(&f.sections[3], FORMS_GROUP + 1);
    loose_write(&f, path, &unused);
    loose_free(&f);
}

/* Reads forward to the term of an ordinal. */
static int walk_to(const char *path, uint32_t ordinal, struct error *err)
{
    const struct term_info info = {.ordinal = ordinal, .df = 3, .cf = 3};
    struct term_forms forms = {0};
    struct forms_cursor c;
    struct forms f;
    assert_int_equal(forms_open(&f, path, err), BF_OK);
    forms_start(&f, &c);
    int rc = forms_next(&c, &info, "abcd", 4, &forms, err);
    term_forms_free(&forms);
    forms_close(&f);
    return rc;
}

static void groups_of_forms_lie_one_behind_the_other(void **state)
{
    static const struct {
        uint32_t ordinal;
        uint64_t from, second;
        const char *message;
    } cases[] = {
        {33, 0, 160, NULL},
        {32, 0, 160, "terms out of order"},
        {33, 161, 160, "group out of range"},
        {33, 0, 166, "group out of range"},
        {33, 0, UINT64_MAX, "group out of range"},
        {33, 0, 155, "no entry of a term's forms"},
    };
    char *path = scratch_path(*state, "forms");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        write_groups(path, cases[i].ordinal, cases[i].from, cases[i].second);
        int rc = walk_to(path, 40, &err);
        assert_int_equal(rc, cases[i].message ? BF_ERR_DAMAGED : BF_OK);
        if (cases[i].message && !strstr(err.text, cases[i].message))
            fail_msg("case %zu: %s", i, err.text);
    }
    free(path);
}

/* An index of forms of several pages, a byte of one of which is wrong. */
static void pages_of_forms_are_believed_when_verified(void **state)
{
    enum { GROUPS = 2000 };
    const struct term_info info = {.ordinal = FORMS_GROUP * (GROUPS - 1), .df = 3, .cf = 3};
    struct loose_frame loose = {.kind = FRAME_KIND('F', 'O', 'R', 'M'), .count = 4};
    struct file_entry unused;
    struct buf file = {0};
    struct forms f;
    struct forms_cursor c;
    struct term_forms forms = {0};
    struct error err;
    char *path = scratch_path(*state, "forms");
    for (uint32_t i = 0; i < GROUPS; i++) {
        buf_u32(&loose.sections[1], i * FORMS_GROUP);
        buf_zeros(&loose.sections[1], 16);
    }
    buf_u32(&loose.sections[3], GROUPS * FORMS_GROUP);
    loose_write(&loose, path, &unused);
    loose_free(&loose);
    scratch_read(path, &file);

    file.data[FRAME_PAGE + 100] ^= 1;
    scratch_write(path, file.data, file.len);
    assert_int_equal(forms_open(&f, path, &err), BF_OK);
    assert_int_equal(forms_find(&f, &info, "a", 1, &forms, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "checksum of this page is wrong"));
    forms_start(&f, &c);
    c.next = FORMS_GROUP * (FRAME_PAGE / FORMS_RECORD_BYTES + 20);
    assert_int_equal(forms_next(&c, &info, "a", 1, &forms, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "checksum of this page is wrong"));
    forms_close(&f);
    file.data[FRAME_PAGE + 100] ^= 1;

    size_t count_at = FRAME_HEADER + (GROUPS * FORMS_RECORD_BYTES + 15) / 16 * 16;
    assert_int_equal(load_u32(file.data + count_at), GROUPS * FORMS_GROUP);
    file.data[count_at] ^= 1;
    scratch_write(path, file.data, file.len);
    assert_int_equal(forms_open(&f, path, &err), BF_ERR_DAMAGED);
    assert_non_null(strstr(err.text, "checksum of this page is wrong"));
    term_forms_free(&forms);
    buf_free(&file);
    free(path);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, small_index_set_up, small_index_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sections_are_those_of_the_file),
        TEST(copies_are_of_articles),
        TEST(copies_are_whole_numbers),
        TEST(boilerplate_has_a_source_and_a_text),
        TEST(records_lie_in_blocks),
        TEST(sketches_are_of_articles),
        TEST(no_list_is_counted_unread),
        TEST(a_file_is_the_one_that_the_manifest_names),
        TEST(forms_are_whole),
        TEST(forms_have_a_limit),
        TEST(groups_of_forms_lie_one_behind_the_other),
        TEST(pages_of_forms_are_believed_when_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
