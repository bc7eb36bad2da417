/* test_sketch.c - a sketch is the lowest hashes of all windows, and comes back from its bytes. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/sketch.h"
#include "common/text/paragraphs.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

static uint64_t seed = RANDOM_SEED;

/* ---- making ---- */

struct bench {
    struct lexicon *lexicon;
    struct analyzer *analyzer;
    struct sketcher sketcher;
    uint32_t *ids;
    size_t capacity;
};

static void bench_open(struct bench *b)
{
    *b = (struct bench){.lexicon = lexicon_new()};
    b->analyzer = analyzer_new("english", b->lexicon, NULL);
    sketcher_init(&b->sketcher, b->analyzer, b->lexicon);
}

static void bench_close(struct bench *b)
{
    sketcher_free(&b->sketcher);
    analyzer_free(b->analyzer);
    lexicon_free(b->lexicon);
    free(b->ids);
}

static struct sketch sketch_of(struct bench *b, const char *title, const char *body)
{
    struct sketch out;
    struct article a;
    article_init(&a);
    a.title = title;
    a.body = body;
    a.body_len = strlen(body);
    size_t n = analyzer_ids(b->analyzer, title, strlen(title), &b->ids, &b->capacity, 0);
    size_t all = analyzer_ids(b->analyzer, body, a.body_len, &b->ids, &b->capacity, n);
    sketcher_sketch(&b->sketcher, &a, b->ids, n, all, &out);
    return out;
}

static int compare_hashes(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void assert_lowest(struct bench *b, const char *title, const char *body,
                          const struct sketch *found)
{
    uint32_t *hashes = NULL;
    size_t capacity = 0, used = 0, n;
    n = analyzer_ids(b->analyzer, title, strlen(title), &b->ids, &b->capacity, 0);
    used = sketcher_windows(&b->sketcher, b->ids, n, &hashes, &capacity, used);
    n = analyzer_ids(b->analyzer, body, strlen(body), &b->ids, &b->capacity, 0);
    used = sketcher_windows(&b->sketcher, b->ids, n, &hashes, &capacity, used);
    assert_int_equal(found->windows, used);
    if (used)
        qsort(hashes, used, sizeof *hashes, compare_hashes);
    size_t distinct = 0;
    for (size_t i = 0; i < used && distinct < SKETCH_HASHES; i++)
        if (!i || hashes[i] != hashes[i - 1])
            assert_int_equal(found->hashes[distinct++], hashes[i]);
    assert_int_equal(found->count, distinct);
    free(hashes);
}

static void random_words(unsigned count, unsigned different, struct buf *out)
{
    for (unsigned i = 0; i < count; i++)
        buf_printf(out, "%s%c%u", i ? " " : "", random32(&seed) % 4 ? 'w' : 'z',
                   random32(&seed) % different);
    buf_text(out);
}

static void a_sketch_is_the_lowest_hashes(void **unused)
{
    (void)unused;
    static const unsigned counts[] = {0,  1,  2,  3,  4,  14, 15,  30,  31,   32,
                                      33, 34, 35, 40, 50, 60, 100, 200, 1000, 3000};
    struct bench b;
    bench_open(&b);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (unsigned different = 2; different < 3000; different *= 7) {
            struct buf title = {0}, body = {0};
            random_words(counts[i] % 11, different, &title);
            random_words(counts[i], different, &body);
            struct sketch s = sketch_of(&b, buf_text(&title), buf_text(&body));
            assert_lowest(&b, buf_text(&title), buf_text(&body), &s);
            buf_free(&title);
            buf_free(&body);
        }
    }
    bench_close(&b);
}

static void stop_words_case_and_punctuation_play_no_part(void **unused)
{
    (void)unused;
    struct bench b;
    bench_open(&b);
    struct sketch x = sketch_of(&b, "Rain", "Harbour workers refuse overtime, union says today.");
    struct sketch y = sketch_of(&b, "the RAIN",
                                "HARBOUR workers - refuse the overtime (union) "
                                "says, to-day? today");
    assert_true(x.windows < y.windows); /* "to-day" */
    y = sketch_of(&b, "the RAIN", "HARBOUR workers - refuse the overtime (union) says: today");
    assert_memory_equal(&x, &y, sizeof x);
    bench_close(&b);
}

/* ---- paragraphs ---- */

static void the_ends_of_a_body_are_counted(void **unused)
{
    (void)unused;
    struct bench b;
    struct buf body = {0};
    bench_open(&b);
    for (unsigned i = 0; i < 12; i++)
        buf_printf(&body, "%sparagraph of many words number %u\n\ntoo short %u", i ? "\n\n" : "", i,
                   i);
    struct sketch s = sketch_of(&b, "", buf_text(&body));
    static const unsigned taken[] = {0, 1, 8, 9, 10, 11};
    assert_int_equal(s.paragraph_count, SKETCH_PARAGRAPHS);
    for (unsigned i = 0; i < SKETCH_PARAGRAPHS; i++) {
        struct buf text = {0};
        buf_printf(&text, "paragraph of many words number %u", taken[i]);
        assert_int_equal(s.paragraphs[i], sketch_paragraph_key("", buf_text(&text), text.len));
        buf_free(&text);
    }
    s = sketch_of(&b, "", "one paragraph that is all of it");
    assert_int_equal(s.paragraph_count, 0);
    s = sketch_of(&b, "", "one paragraph that is not all\nof it");
    assert_int_equal(s.paragraph_count, 1);
    s = sketch_of(&b, "",
                  "a\tline\vof\ffive\rwords\nanother\tof\x0e"
                  "four\x08words");
    assert_int_equal(s.paragraph_count, 1); /* by white space */
    s = sketch_of(&b, "", "a line of five words\n2\n3\n4\n5\n6");
    assert_int_equal(s.paragraph_count, 0); /* wrapped text */
    s = sketch_of(&b, "", "a line of five words\n2\n3\n4\n5");
    assert_int_equal(s.paragraph_count, 1);
    s = sketch_of(&b, "",
                  "a line of five words\n2\n3\n4\n5\n6\n"
                  "a line that is longer than the text of a letter or telegram, which "
                  "was once wrapped");
    assert_int_equal(s.paragraph_count, 2);
    assert_true(sketch_paragraph_key("A", "x", 1) != sketch_paragraph_key("B", "x", 1));
    buf_free(&body);
    bench_close(&b);
}

static void paragraphs_are_lines_where_no_line_is_blank(void **unused)
{
    (void)unused;
    static const char *const bodies[] = {"a b\nc\nd", "a b\nc\n\nd", "", "\n\na", "a"};
    static const char *const expected[] = {"a b|c|d|", "a b\nc|d|", "", "a|", "a|"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct paragraphs it = paragraphs_of(bodies[i], strlen(bodies[i]));
        struct buf joined = {0};
        const char *p;
        size_t len;
        while (paragraphs_next(&it, &p, &len)) {
            buf_add(&joined, p, len);
            buf_putc(&joined, '|');
        }
        assert_string_equal(buf_text(&joined), expected[i]);
        buf_free(&joined);
    }
}

/* ---- bytes ---- */

static struct sketch random_sketch(void)
{
    struct sketch s = {.windows = random32(&seed) % (SKETCH_MOST_WINDOWS + 1)};
    uint32_t step = s.windows ? ((uint32_t)1 << SKETCH_HASH_BITS) / s.windows : 1, at = 0;
    uint32_t most = s.windows < SKETCH_HASHES ? s.windows : SKETCH_HASHES;
    for (s.count = 0; s.count < most; s.count++) {
        at += s.count ? 1 + random32(&seed) % (2 * step) : random32(&seed) % step;
        if (at >> SKETCH_HASH_BITS)
            break;
        s.hashes[s.count] = at;
    }
    s.paragraph_count = (uint8_t)(random32(&seed) % (SKETCH_PARAGRAPHS + 1));
    for (unsigned i = 0; i < s.paragraph_count; i++)
        s.paragraphs[i] = random32(&seed) >> (32 - SKETCH_PARAGRAPH_BITS);
    return s;
}

static void sketches_come_back_and_refuse_cuts(void **unused)
{
    (void)unused;
    for (int round = 0; round < 3000; round++) {
        struct sketch s = random_sketch(), back;
        struct buf bytes = {0};
        sketch_encode(&s, &bytes);
        for (size_t n = 0; n <= bytes.len; n++) {
            unsigned char *exact = exact_copy(bytes.data, n);
            struct bytes in = bytes_of(exact, n);
            assert_int_equal(sketch_decode(&in, &back), n == bytes.len);
            free(exact);
        }
        assert_memory_equal(&s, &back, sizeof s);
        buf_free(&bytes);
    }
}

/* What is taken for a sketch is exactly what would be written for it. */
static void damaged_bytes_are_refused_or_mean_what_they_say(void **unused)
{
    (void)unused;
    for (int round = 0; round < 20000; round++) {
        struct sketch s = random_sketch(), back;
        struct buf bytes = {0}, again = {0};
        sketch_encode(&s, &bytes);
        for (unsigned k = 1 + random32(&seed) % 3; k; k--)
            bytes.data[random32(&seed) % bytes.len] = (unsigned char)random32(&seed);
        unsigned char *exact = exact_copy(bytes.data, bytes.len);
        struct bytes in = bytes_of(exact, bytes.len);
        if (sketch_decode(&in, &back)) {
            sketch_encode(&back, &again);
            assert_int_equal(again.len, in.p - exact);
            assert_memory_equal(again.data, exact, again.len);
        }
        free(exact);
        buf_free(&bytes);
        buf_free(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sketch_is_the_lowest_hashes),
        cmocka_unit_test(stop_words_case_and_punctuation_play_no_part),
        cmocka_unit_test(the_ends_of_a_body_are_counted),
        cmocka_unit_test(paragraphs_are_lines_where_no_line_is_blank),
        cmocka_unit_test(sketches_come_back_and_refuse_cuts),
        cmocka_unit_test(damaged_bytes_are_refused_or_mean_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
