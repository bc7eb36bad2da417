/*
 * test_json_flat.c - records read where they stand against json-c: what is
 * taken says the same, and what json-c refuses is not taken.
 */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/text/utf8.h"
#include "indexer/archive/json.h"
#include "indexer/archive/json_flat.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

static uint64_t seed = RANDOM_SEED;

static uint32_t below(uint32_t n)
{
    return random32(&seed) % n;
}

static const char *any_of(const char *const *list, uint32_t n)
{
    return list[below(n)];
}

#define ANY_OF(list) any_of(list, sizeof(list) / sizeof *(list))

/* ---- both ways ---- */

static bool by_json_c(struct archive_parser *parser, struct bytes text, struct arena *arena,
                      struct json_object **root, struct raw_fields *raw)
{
    struct record_problem problem = {0};
    *raw = (struct raw_fields){0};
    if (json_read(parser, text, JSON_STRICT, root, &problem) || !json_is_object(*root))
        return false;
    json_offer_members(*root, parser->map, arena, raw);
    return true;
}

/* Whether it was taken; then json-c has to agree. */
static bool compare(struct archive_parser *parser, const void *text, size_t len)
{
    struct arena arena = {0};
    struct raw_fields flat = {0}, expected;
    struct json_object *root = NULL;
    unsigned char *copy = exact_copy(text, len);
    bool taken = json_flat_offer(bytes_of(copy, len), parser->map, &arena, &flat);
    if (taken) {
        assert_true(by_json_c(parser, bytes_of(copy, len), &arena, &root, &expected));
        for (enum field f = FIELD_NONE; f < FIELDS; f++) {
            const struct raw_value *a = &flat.of[f], *b = &expected.of[f];
            assert_int_equal(a->text != NULL, b->text != NULL);
            if (!a->text)
                continue;
            assert_int_equal(a->rank, b->rank);
            assert_int_equal(a->len, b->len);
            assert_memory_equal(a->text, b->text, a->len);
        }
    }
    json_release(root);
    arena_free(&arena);
    free(copy);
    return taken;
}

static bool compare_text(struct archive_parser *parser, const char *text)
{
    return compare(parser, text, strlen(text));
}

/* ---- what is taken, and what not ---- */

static void usual_records_are_taken(void **state)
{
    static const char *const texts[] = {
        "{}",
        " {\t} \r\n",
        "{\"id\":\"1\",\"title\":\"T\",\"body\":\"B\"}",
        "{ \"id\" : 17 , \"word_count\" : 0 , \"title\" : null, \"x\" : true, \"y\" : false }",
        "{\"title\":\"\",\"headline\":\"H\",\"body\":\"one\\ntwo \\\"three\\\" \\\\\"}",
        "{\"title\":\"\\u00e9\\u20AC \\/\\b\\f\\r\\t\",\"body\":\"\xc3\xa9 \x7f\"}",
        "{\"id\":-5,\"date\":999999999999999999}",
        "{\"other\":\"a\",\"other\":\"b\",\"body\":\"\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_true(compare_text(*state, texts[i]));
}

static void the_rest_is_left(void **state)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"1\"",
        "{\"id\":\"1",
        "{\"id\":\"1\\",
        "{\"id\":\"1\\\"}",
        "{\"id\":\"1\"} x",
        "{\"id\":\"1\",}",
        "{,}",
        "{\"id\":\"\\q\"}",
        "{\"id\":\"\\u12\"}",
        "{\"id\":\"\\u12g4\"}",
        "{\"id\":\"\\u0000\"}",
        "{\"id\":\"\\ud83d\\ude00\"}",
        "{\"id\":\"a\nb\"}",
        "{\"i\\u0064\":\"1\"}",
        "{\"id\":1.5}",
        "{\"id\":1e3}",
        "{\"id\":-0}",
        "{\"id\":01}",
        "{\"id\":-}",
        "{\"id\":1000000000000000000}",
        "{\"id\":[]}",
        "{\"id\":{}}",
        "{\"id\":nul}",
        "{\"id\":True}",
        "{\"id\":NaN}",
        "{\"id\":\"1\",\"id\":\"2\"}",
        "{\"id\":\"1\" \"title\":\"2\"}",
        "{id:\"1\"}",
        "{'id':'1'}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(compare_text(*state, texts[i]));
}

/* ---- at random ---- */

static const char *const names[] = {"id",   "title", "headline", "body", "Body",   "date", "url",
                                    "tags", "words", "other",    "",     "status", "T\\n"};
static const char *const pieces[] = {"a",   "word ",   "\\n",     "\\\"",    "\\\\",
                                     "\\/", "\\u0041", "\\u20ac", "\\ud83d", "\xc3\xa9",
                                     "\t",  "\\t",     "\\u0000"};
static const char *const scalars[] = {"null", "true", "false", "0",   "-1", "42",
                                      "1e5",  "-0",   "[1]",   "2.5", "{}", "123456789012345678"};

static void add_string(struct buf *out)
{
    buf_putc(out, '"');
    for (uint32_t n = below(8); n; n--) {
        /* the seldom ones seldom, or hardly any text is taken */
        const char *piece = ANY_OF(pieces);
        buf_puts(out, below(6) && strstr("\\ud83d \\u0000 \t", piece) ? "plain" : piece);
    }
    buf_putc(out, '"');
}

static void make_text(struct buf *out)
{
    static const char *const spaces[] = {"", "", " ", "\n", "\t\r"};
    out->len = 0;
    buf_puts(out, "{");
    for (uint32_t i = 0, n = below(7); i < n; i++) {
        buf_puts(out, i ? "," : "");
        buf_puts(out, ANY_OF(spaces));
        buf_printf(out, "\"%s\"", ANY_OF(names));
        buf_puts(out, ANY_OF(spaces));
        buf_putc(out, ':');
        if (below(3))
            add_string(out);
        else
            buf_puts(out, ANY_OF(scalars));
        buf_puts(out, ANY_OF(spaces));
    }
    buf_puts(out, "}");
}

static void damage(struct buf *text)
{
    static const char bytes[] = "\"\\{}:,0n \x01u-";
    for (uint32_t n = 1 + below(2); n && text->len; n--) {
        size_t at = below((uint32_t)text->len);
        if (below(3))
            text->data[at] = (unsigned char)bytes[below(sizeof bytes - 1)];
        else
            memmove(text->data + at, text->data + at + 1, --text->len - at);
    }
}

static void json_c_agrees(void **state)
{
    struct buf text = {0};
    unsigned taken = 0, taken_damaged = 0;
    for (int round = 0; round < 30000; round++) {
        make_text(&text);
        taken += compare(*state, text.data, text.len);
        damage(&text);
        if (utf8_valid((const char *)text.data, text.len))
            taken_damaged += compare(*state, text.data, text.len);
    }
    assert_true(taken > 5000);
    assert_true(taken_damaged > 1000);
    buf_free(&text);
}

static int set_up(void **state)
{
    static struct field_map *map;
    map = field_map_new();
    *state = archive_parser_new(map);
    return 0;
}

static int tear_down(void **state)
{
    struct archive_parser *parser = *state;
    field_map_free((struct field_map *)(uintptr_t)parser->map);
    archive_parser_free(parser);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_records_are_taken),
        cmocka_unit_test(the_rest_is_left),
        cmocka_unit_test(json_c_agrees),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
