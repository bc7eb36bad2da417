/* test_columns.c - every cell as it was put in, ids in order, and damaged files. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/index/columns.h"
#include "common/index/columns_write.h"
#include "common/index/dictionary.h"
#include "common/index/length.h"
#include "common/index/limits.h"
#include "common/io/file.h"
#include "tests/unit/place.h"
#include "tests/unit/random.h"
#include "tests/unit/reframe.h"
#include "tests/unit/repack.h"
#include "tests/unit/scratch.h"

#define KIND FRAME_KIND('C', 'O', 'L', 'S')

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

/* ---- rows ---- */

static uint64_t random64(void)
{
    return (uint64_t)random32(&seed) << 32 | random32(&seed);
}

static struct text random_text(struct arena *arena, uint32_t most)
{
    size_t n = below(most + 1);
    char *p = arena_alloc(arena, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(below(4) ? 'a' + (int)below(3) : (int)below(256));
    return (struct text){p, n};
}

static void fill_row(struct column_row *row, struct arena *arena)
{
    char category[16];
    int n = snprintf(category, sizeof category, "%.*s", (int)below(3), "news");
    *row = (struct column_row){
        .id = random_text(arena, 6),
        .title = random_text(arena, 80),
        .category = {arena_strndup(arena, category, (size_t)n), (size_t)n},
        .title_tokens = below(20),
        .words = random32(&seed),
        .flags = (uint8_t)(below(2) ? DATE_DAY | FLAG_ZONE_KNOWN : FLAG_TITLE_DERIVED),
        .modified = (int64_t)random64(),
        .content_hash = random64(),
        .body_hash = random64(),
        .text_block = random32(&seed),
        .text_offset = random32(&seed),
    };
    uint32_t body = below(300);
    row->date = row->flags & FLAG_PRECISION ? (int64_t)random32(&seed) : DATE_NONE;
    row->tokens = row->title_tokens + body;
    row->lead_tokens = row->title_tokens + (body < LEAD_TOKENS ? body : LEAD_TOKENS);
}

static void write_rows(const char *path, const struct column_row *rows, uint32_t n)
{
    static const unsigned char id[FRAME_ID_BYTES];
    struct frame_writer file;
    struct columns_writer w;
    struct file_entry unused;
    struct error err;
    uint64_t tokens = 0, lead_tokens = 0;
    columns_writer_init(&w);
    for (uint32_t i = 0; i < n; i++) {
        columns_writer_add(&w, &rows[i]);
        tokens += rows[i].tokens;
        lead_tokens += rows[i].lead_tokens;
        assert_int_equal(columns_writer_lengths(&w)[i], length_encode(rows[i].tokens));
    }
    assert_int_equal(w.docs, n);
    assert_int_equal(w.tokens, tokens);
    assert_int_equal(w.lead_tokens, lead_tokens);
    assert_true(columns_writer_bytes(&w) >= n * 60);
    unlink(path);
    assert_int_equal(frame_writer_open(&file, path, KIND, id, &err), BF_OK);
    columns_writer_finish(&w, &file);
    columns_writer_free(&w);
    assert_int_equal(frame_writer_finish(&file, &unused.length, &unused.crc, &err), BF_OK);
}

static void assert_text(struct text a, struct text b)
{
    assert_int_equal(term_compare(a.p, a.len, b.p, b.len), 0);
}

static void compare_row(const struct columns *c, uint32_t doc, const struct column_row *expected)
{
    struct column_row row;
    struct error err;
    uint32_t weighted = expected->tokens + expected->lead_tokens;
    assert_int_equal(columns_row(c, doc, &row, &err), BF_OK);
    assert_text(row.id, expected->id);
    assert_text(row.title, expected->title);
    assert_text(row.category, expected->category);
    assert_int_equal(row.tokens, expected->tokens);
    assert_int_equal(row.lead_tokens, expected->lead_tokens);
    assert_int_equal(row.title_tokens, expected->title_tokens);
    assert_int_equal(row.words, expected->words);
    assert_int_equal(row.flags, expected->flags);
    assert_true(row.date == expected->date && row.modified == expected->modified);
    assert_true(row.content_hash == expected->content_hash);
    assert_true(row.body_hash == expected->body_hash);
    assert_int_equal(row.text_block, expected->text_block);
    assert_int_equal(row.text_offset, expected->text_offset);
    assert_int_equal(column_u8(c, COLUMN_LENGTH, doc), length_encode(expected->tokens));
    assert_int_equal(column_u8(c, COLUMN_LEAD_LENGTH, doc), length_encode(weighted));
    struct date date = columns_date(c, doc);
    assert_int_equal(date.precision, expected->flags & FLAG_PRECISION);
    assert_int_equal(date.zone_known, (expected->flags & FLAG_ZONE_KNOWN) != 0);
    assert_true(date.seconds == (date.precision ? expected->date : 0));
}

/* Ids are few, so that several articles share one. */
static void compare_ids(const struct columns *c, const struct column_row *rows)
{
    struct error err;
    for (uint32_t rank = 0; rank < c->docs; rank++) {
        uint32_t doc, first;
        struct text id;
        assert_int_equal(columns_ranked(c, rank, &doc, &id, &err), BF_OK);
        assert_text(id, rows[doc].id);
        assert_int_equal(columns_seek_id(c, id.p, id.len, &first, &err), BF_OK);
        assert_true(first <= rank);
        for (uint32_t r = first; r <= rank; r++) {
            uint32_t same;
            struct text found;
            assert_int_equal(columns_ranked(c, r, &same, &found, &err), BF_OK);
            assert_text(found, id);
            assert_true(r == rank ? same == doc : same < doc);
        }
    }
}

static uint32_t slow_rank(const struct column_row *rows, uint32_t n, struct text id)
{
    uint32_t lower = 0;
    for (uint32_t i = 0; i < n; i++)
        lower += term_compare(rows[i].id.p, rows[i].id.len, id.p, id.len) < 0;
    return lower;
}

static void columns_come_back(void **state)
{
    struct place *at = *state;
    const uint32_t sizes[] = {0, 1, 2, 100, 3000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint32_t n = sizes[i];
        struct column_row *rows = mem_zalloc(n, sizeof *rows);
        struct arena arena = {0};
        struct columns c;
        struct error err;
        for (uint32_t doc = 0; doc < n; doc++)
            fill_row(&rows[doc], &arena);
        write_rows(at->path, rows, n);
        assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
        assert_int_equal(c.docs, n);
        assert_true(c.categories <= 4);
        for (uint32_t doc = 0; doc < n; doc++)
            compare_row(&c, doc, &rows[doc]);
        compare_ids(&c, rows);
        for (int round = 0; round < 50; round++) {
            struct text id = random_text(&arena, 6);
            uint32_t rank;
            assert_int_equal(columns_seek_id(&c, id.p, id.len, &rank, &err), BF_OK);
            assert_int_equal(rank, slow_rank(rows, n, id));
        }
        columns_close(&c);
        arena_free(&arena);
        free(rows);
    }
}

/* More than the table of categories starts with. */
static void many_categories_keep_their_numbers(void **state)
{
    struct place *at = *state;
    enum { N = 500 };
    struct column_row rows[N];
    struct arena arena = {0};
    struct columns c;
    struct error err;
    for (uint32_t doc = 0; doc < N; doc++) {
        char name[16];
        fill_row(&rows[doc], &arena);
        int n = snprintf(name, sizeof name, "c%u", doc * 7 % 200);
        rows[doc].category = (struct text){arena_strndup(&arena, name, (size_t)n), (size_t)n};
    }
    write_rows(at->path, rows, N);
    assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
    assert_int_equal(c.categories, 201); /* "" is always number 0 */
    for (uint32_t doc = 0; doc < N; doc++) {
        assert_text(columns_category(&c, doc), rows[doc].category);
        assert_int_equal(column_u32(&c, COLUMN_CATEGORY, doc), doc % 200 + 1);
    }
    columns_close(&c);
    arena_free(&arena);
}

static void title_tokens_have_a_limit(void **state)
{
    struct place *at = *state;
    struct column_row rows[3];
    struct arena arena = {0};
    struct columns c;
    struct error err;
    for (uint32_t doc = 0; doc < 3; doc++) {
        fill_row(&rows[doc], &arena);
        rows[doc].title_tokens = MAX_TITLE_TOKENS - 1 + doc;
        rows[doc].tokens = MAX_TITLE_TOKENS * 2;
    }
    write_rows(at->path, rows, 3);
    assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
    assert_int_equal(column_title_tokens(&c, 0), MAX_TITLE_TOKENS - 1);
    assert_int_equal(column_title_tokens(&c, 1), MAX_TITLE_TOKENS);
    assert_int_equal(column_title_tokens(&c, 2), MAX_TITLE_TOKENS);
    columns_close(&c);
    arena_free(&arena);
}

/* ---- damage ---- */

static void use_all(const struct columns *c)
{
    for (uint32_t doc = 0; doc < c->docs; doc++) {
        struct column_row row;
        struct text id;
        struct error err;
        uint32_t found;
        columns_row(c, doc, &row, &err);
        columns_date(c, doc);
        if (columns_ranked(c, doc, &found, &id, &err) == BF_OK) {
            assert_true(found < c->docs);
            columns_seek_id(c, id.p, id.len, &found, &err);
        }
    }
}

static void damage_never_leaves_the_file(void **state)
{
    struct place *at = *state;
    enum { N = 20 };
    struct column_row rows[N];
    struct arena arena = {0};
    struct buf file = {0}, bent = {0};
    unsigned opened = 0;
    for (uint32_t doc = 0; doc < N; doc++)
        fill_row(&rows[doc], &arena);
    write_rows(at->path, rows, N);
    scratch_read(at->path, &file);
    for (int round = 0; round < 6000; round++) {
        struct columns c;
        bent.len = 0;
        buf_add(&bent, file.data, file.len);
        for (unsigned k = 1 + below(3); k; k--)
            bent.data[FRAME_HEADER + below((uint32_t)file.len - FRAME_HEADER)] =
                (unsigned char)random32(&seed);
        refit_checksums(bent.data, bent.len);
        scratch_write(at->path, bent.data, bent.len);
        if (columns_open(&c, at->path, NULL))
            continue;
        opened++;
        use_all(&c);
        columns_close(&c);
    }
    assert_true(opened > 1000);
    buf_free(&file);
    buf_free(&bent);
    arena_free(&arena);
}

/* Names are not verified when the file is opened, so they are when read. */
static void a_flipped_name_is_found_when_read(void **state)
{
    struct place *at = *state;
    enum { N = 3000 };
    struct column_row *rows = mem_zalloc(N, sizeof *rows);
    struct arena arena = {0};
    struct columns c;
    struct error err;
    struct buf file = {0};
    for (uint32_t doc = 0; doc < N; doc++)
        fill_row(&rows[doc], &arena);
    write_rows(at->path, rows, N);
    scratch_read(at->path, &file);
    assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
    struct text id, title;
    size_t block = N / 2 / NAMES_IN_BLOCK;
    size_t offset =
        (size_t)(c.names.names.p - c.frame.map) + load_u64(c.names.offsets.p + 8 * block);
    columns_close(&c);
    file.data[offset] ^= 1;
    scratch_write(at->path, file.data, file.len);
    assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
    assert_int_equal(columns_name(&c, N / 2, &id, &title, &err), BF_ERR_DAMAGED);
    assert_int_equal(columns_name(&c, 0, &id, &title, &err), BF_OK);
    columns_close(&c);
    buf_free(&file);
    arena_free(&arena);
    free(rows);
}

/* Whatever byte of a fixed-width column is flipped: who reads the row, the
 * order of ids, or all of it, is told. */
static void a_flipped_cell_is_found_when_read(void **state)
{
    struct place *at = *state;
    enum { N = 6000, DOC = N / 2 };
    struct column_row *rows = mem_zalloc(N, sizeof *rows);
    struct arena arena = {0};
    struct buf file = {0};
    for (uint32_t doc = 0; doc < N; doc++)
        fill_row(&rows[doc], &arena);
    write_rows(at->path, rows, N);
    scratch_read(at->path, &file);
    const unsigned char *table = file.data + file.len - FRAME_FOOTER - 16 * COLUMNS;
    for (unsigned i = 0; i < COLUMNS; i++) {
        struct columns c;
        struct column_row row;
        struct text id;
        struct error err;
        uint32_t doc;
        if (i >= COLUMN_VALUES)
            continue;
        size_t offset = load_u64(table + 16 * i), len = load_u64(table + 16 * i + 8);
        file.data[offset + len / N * DOC] ^= 4;
        scratch_write(at->path, file.data, file.len);
        int rc = columns_open(&c, at->path, &err);
        if (!rc) {
            rc = i == COLUMN_ID_ORDER ? columns_ranked(&c, DOC, &doc, &id, &err)
                                      : columns_row(&c, DOC, &row, &err);
            assert_int_equal(columns_verify(&c, &err), BF_ERR_DAMAGED);
            assert_int_equal(columns_touch_in(&c, i, DOC, &err), BF_ERR_DAMAGED);
            assert_int_equal(columns_touch_in(&c, COLUMN_LENGTH, DOC, &err), BF_OK);
            columns_close(&c);
        }
        assert_int_equal(rc, BF_ERR_DAMAGED);
        file.data[offset + len / N * DOC] ^= 4;
    }
    buf_free(&file);
    arena_free(&arena);
    free(rows);
}

static void a_column_of_another_length_is_damage(void **state)
{
    struct place *at = *state;
    struct column_row rows[5];
    struct arena arena = {0};
    for (uint32_t doc = 0; doc < 5; doc++)
        fill_row(&rows[doc], &arena);
    for (unsigned i = 0; i < COLUMNS; i++) {
        struct loose_frame f;
        struct file_entry unused;
        struct columns c;
        struct error err;
        bool fixed = i != COLUMN_NAMES && i != COLUMN_VALUES;
        write_rows(at->path, rows, 5);
        loose_read(&f, at->path, KIND);
        buf_putc(&f.sections[i], 0xff);
        loose_write(&f, at->path, &unused);
        assert_int_equal(columns_open(&c, at->path, &err), fixed ? BF_ERR_DAMAGED : BF_OK);
        if (!fixed)
            columns_close(&c);
        loose_free(&f);
    }
    arena_free(&arena);
}

/* The lowest number that is one too many, in each place that has one. */
static void numbers_stay_in_range(void **state)
{
    struct place *at = *state;
    struct column_row rows[5];
    struct arena arena = {0};
    for (uint32_t doc = 0; doc < 5; doc++)
        fill_row(&rows[doc], &arena);
    for (int over = 0; over < 4; over++) {
        struct loose_frame f;
        struct file_entry unused;
        struct columns c;
        struct column_row row;
        struct text id;
        struct error err;
        uint32_t doc;
        write_rows(at->path, rows, 5);
        assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
        uint32_t categories = c.categories;
        columns_close(&c);
        loose_read(&f, at->path, KIND);
        if (over == 1)
            loose_set_number(&f, COLUMN_CATEGORY, 2, categories);
        if (over == 2)
            loose_set_number(&f, COLUMN_ID_ORDER, 2, 5);
        if (over == 3)
            store_u64(f.sections[COLUMN_NAME_OFFSETS].data + 8, f.sections[COLUMN_NAMES].len + 1);
        loose_write(&f, at->path, &unused);
        assert_int_equal(columns_open(&c, at->path, &err), BF_OK);
        assert_int_equal(columns_verify(&c, &err), over == 1 ? BF_ERR_DAMAGED : BF_OK);
        int rc =
            over == 2 ? columns_ranked(&c, 2, &doc, &id, &err) : columns_row(&c, 2, &row, &err);
        assert_int_equal(rc, over ? BF_ERR_DAMAGED : BF_OK);
        columns_close(&c);
        loose_free(&f);
    }
    arena_free(&arena);
}

int main(void)
{
#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        PLACED(columns_come_back),
        PLACED(many_categories_keep_their_numbers),
        PLACED(title_tokens_have_a_limit),
        PLACED(damage_never_leaves_the_file),
        PLACED(a_flipped_name_is_found_when_read),
        PLACED(a_flipped_cell_is_found_when_read),
        PLACED(a_column_of_another_length_is_damage),
        PLACED(numbers_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
