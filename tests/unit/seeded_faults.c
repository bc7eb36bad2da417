/*
 * seeded_faults.c - the corrupter: each fault is one small lie, told while the
 * index is written or afterwards in the bytes of one section.
 */
#include "tests/unit/repack.h"
#include "tests/unit/test.h"

#include <string.h>

#include "common/base/bytes.h"
#include "common/index/copies.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "common/index/postings.h"
#include "common/io/deflate.h"
#include "tests/unit/seeded_faults.h"

/* ---- a manifest that says something else ---- */

static void more_tokens(struct manifest *m)
{
    m->segments[0].tokens++;
}

static void a_promise_of_no_text(struct manifest *m)
{
    m->without_text = true;
}

static void fewer_lead_tokens(struct manifest *m)
{
    m->segments[0].lead_tokens--;
}

static void another_article_count(struct manifest *m)
{
    m->segments[1].docs--;
}

static void another_term_count(struct manifest *m)
{
    m->segments[1].terms--;
}

static void more_deleted(struct manifest *m)
{
    m->segments[0].deleted_docs++;
}

static void more_deleted_tokens(struct manifest *m)
{
    m->segments[0].deleted_tokens++;
}

static void more_deleted_lead_tokens(struct manifest *m)
{
    m->segments[0].deleted_lead_tokens++;
}

/* ---- dictionary ---- */

enum { ENTRIES, INDEX, KEYS };

static unsigned char *group_record(struct loose_frame *f, uint32_t group)
{
    return f->sections[INDEX].data + (size_t)group * DICTIONARY_RECORD_BYTES;
}

static void term_out_of_order(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    unsigned char *entry = f->sections[ENTRIES].data + load_u64(group_record(f, 2));
    entry[2] = '!'; /* behind "shared 0, length n" */
    f->sections[KEYS].data[load_u32(group_record(f, 2) + 24)] = '!';
}

static void another_key(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[KEYS].data[load_u32(group_record(f, 3) + 24)]++;
}

static void group_with_lists_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    unsigned char *at = group_record(f, 1) + 8;
    store_u64(at, load_u64(at) + 1);
}

static void group_with_positions_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    unsigned char *at = group_record(f, 1) + 16;
    store_u64(at, load_u64(at) - 1);
}

static void group_with_key_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    unsigned char *at = group_record(f, 1) + 24;
    store_u32(at, load_u32(at) - 1);
}

/* Of the second segment: "once00017" stands in article 17 only. */
static void article_that_is_not(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    static const unsigned char once_in_17[] = {0, 17};
    struct buf *entries = &f->sections[ENTRIES];
    unsigned char *at = memmem(entries->data, entries->len, once_in_17, sizeof once_in_17);
    assert_non_null(at);
    at[1] = (unsigned char)small_docs[1];
}

static void group_with_entries_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    unsigned char *at = group_record(f, 1);
    store_u64(at, load_u64(at) + 1);
}

/* Of the second segment: "common" is in 40 articles, 48 times. */
static void another_cf(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *entries = &f->sections[ENTRIES];
    unsigned char *at = memmem(entries->data, entries->len, "common\117\10", 8);
    assert_non_null(at);
    at[7]++; /* cf - df */
}

static void bytes_behind_entries(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[ENTRIES], 0);
}

static void bytes_behind_keys(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[KEYS], 'z');
}

/* ---- lists ---- */

static struct postings list_of(const struct segment *s, const char *term)
{
    struct term_info info;
    struct postings p;
    struct error err;
    assert_int_equal(dictionary_find(&s->dictionary, term, strlen(term), &info, &err), BF_OK);
    assert_int_equal(segment_postings(s, &info, &p, &err), BF_OK);
    return p;
}

/* The byte of the loose section that the open segment has at p. */
static unsigned char *loose_at(struct loose_frame *f, const struct frame *frame,
                               const unsigned char *p)
{
    return f->sections[0].data + (p - frame->sections[0].p);
}

static void impact_too_low(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    memcpy(loose_at(f, &s->postings, p.impacts + 4), (unsigned char[]){1, 200, 0, 0}, 4);
}

static void another_last_article(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    (*loose_at(f, &s->postings, p.last_docs))++;
}

static void positions_start_later(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    (*loose_at(f, &s->postings, p.positions_at + p.position_bytes))++;
}

static void group_ends_elsewhere(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    (*loose_at(f, &s->postings, p.group_last + 4))++;
}

static void group_positions_later(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    unsigned char *group = loose_at(f, &s->postings, p.group_positions + 4);
    store_u32(group, load_u32(group) - 1);
    for (uint32_t block = 32; block < p.blocks; block++)
        *loose_at(f, &s->postings, p.positions_at + p.position_bytes * block) += 1;
}

static void first_positions_not_first(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    *loose_at(f, &s->postings, p.group_positions) = 1;
}

static void first_group_not_first(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    *loose_at(f, &s->postings, p.group_at) = 1;
}

static void group_starts_before_its_block(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    unsigned char *group = loose_at(f, &s->postings, p.group_at + 4);
    store_u32(group, load_u32(group) - 1);
    *loose_at(f, &s->postings, p.data_at + 2 * 32) = 1;
    *loose_at(f, &s->postings, p.data_at + 2 * 33) += 1;
    *loose_at(f, &s->postings, p.data_at + 2 * 34) += 1;
}

static void block_starts_later(struct loose_frame *f, const struct segment *s)
{
    struct postings p = list_of(s, "common");
    (*loose_at(f, &s->postings, p.data_at + 2))++;
}

static void bytes_behind_lists(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[0], 0);
}

static bool is_posting(const struct small_posting *p, unsigned segment, const char *term,
                       uint32_t doc)
{
    return segment == 0 && p->doc == doc && !strcmp(p->term, term);
}

static void position_in_the_gap(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "stori", 701))
        p->positions[0] = 5; /* the title has 0 to 4 */
}

static void position_behind_the_end(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "of", 702))
        p->positions[1] = 30; /* the last token is at 29 */
}

/* "stori" is at 0, so "the" may not be. */
static void position_taken_twice(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "the", 702))
        p->positions[0] = 0;
}

/* All sums stay: "702" is said to be where "stori" is, and the other way round. */
static void terms_change_places(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "stori", 702))
        p->positions[0] = 1;
    if (is_posting(p, segment, "702", 702))
        p->positions[0] = 0;
}

static void a_posting_less(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "common", 710)) {
        p->tf--;
    }
}

static void wrong_article(unsigned segment, struct small_posting *p)
{
    if (is_posting(p, segment, "once00017", 17))
        p->doc = 18;
}

/* ---- columns ---- */

static void another_length_code(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_LENGTH].data[99]++;
}

static void another_lead_length_code(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_LEAD_LENGTH].data[99]--;
}

static void unknown_flag(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_FLAGS].data[9] |= 0x40;
}

static void precision_without_date(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_FLAGS].data[10] = DATE_DAY; /* article 10 has no date */
}

static void zone_without_date(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_FLAGS].data[10] = FLAG_ZONE_KNOWN;
}

static void date_out_of_range(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_DATE, 11, UINT64_C(1) << 40);
}

static void dated_but_never_modified(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_MODIFIED, 11, (uint64_t)DATE_NONE);
}

static void modified_at_another_time(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_MODIFIED, 19, loose_number(f, COLUMN_MODIFIED, 19) + 1);
}

static void more_title_than_tokens(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TITLE_TOKENS, 12, 500);
}

static void too_many_tokens(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TOKENS, 12, MAX_DOC_TOKENS + 1);
}

static void tokens_too_wide(struct loose_frame *f, const struct segment *s)
{
    loose_pack(f, COLUMN_TOKENS, s->columns.packed[COLUMN_TOKENS].base, 4);
}

static void words_from_below(struct loose_frame *f, const struct segment *s)
{
    loose_pack(f, COLUMN_WORDS, s->columns.packed[COLUMN_WORDS].base - 1, 2);
}

static void dates_from_below(struct loose_frame *f, const struct segment *s)
{
    loose_pack(f, COLUMN_DATE, s->columns.packed[COLUMN_DATE].base - 1, 4);
}

static void words_beyond_32_bits(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_WORDS, 12, UINT64_C(1) << 32);
}

static void title_tokens_beyond_16_bits(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TITLE_TOKENS, 12, 65536);
}

static void another_category(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_CATEGORY, 14, 1);
}

static void category_that_is_not(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_CATEGORY, 14, 3);
}

static void category_twice(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_add(&f->sections[COLUMN_CATEGORY_NAMES], "\5World", 6);
}

static void category_0_with_a_name(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *names = &f->sections[COLUMN_CATEGORY_NAMES];
    names->len = 0;
    buf_add(names, "\1X\5World\5Sport", 14);
}

static void ids_swapped(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    uint64_t first = loose_number(f, COLUMN_ID_ORDER, 70);
    loose_set_number(f, COLUMN_ID_ORDER, 70, loose_number(f, COLUMN_ID_ORDER, 71));
    loose_set_number(f, COLUMN_ID_ORDER, 71, first);
}

static void id_order_with_one_twice(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_ID_ORDER, 71, loose_number(f, COLUMN_ID_ORDER, 70));
}

static void id_order_out_of_range(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_ID_ORDER, 0, small_docs[0]);
}

static void id_of_another_segment(unsigned segment, uint32_t doc, struct article *a)
{
    if (segment == 1 && doc == 20)
        a->id = "s0-07919";
}

static void id_of_another_article(unsigned segment, uint32_t doc, struct article *a)
{
    if (segment == 1 && doc == 20)
        a->id = "twin";
}

static void id_too_long(unsigned segment, uint32_t doc, struct article *a)
{
    static char longest[MAX_ID_LENGTH + 2];
    memset(longest, 'x', MAX_ID_LENGTH + 1);
    if (segment == 1 && doc == 20)
        a->id = longest;
}

static void names_start_later(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_NAME_OFFSETS].data[0] = 1;
}

static void names_descend(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    store_u64(f->sections[COLUMN_NAME_OFFSETS].data + 8, f->sections[COLUMN_NAMES].len + 1);
}

static void bytes_behind_names(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[COLUMN_NAMES], 0);
}

static void names_of_another_length(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_NAME_LENGTHS].data[4]++;
}

static void names_that_are_no_deflate(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COLUMN_NAMES].data[0] = 7; /* a block of a kind that is not */
}

static void another_title(struct loose_frame *f, const struct segment *s)
{
    loose_set_title(f, &s->columns, 30, (struct text){"another", 7});
}

static void another_word_count(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_WORDS, 31, loose_number(f, COLUMN_WORDS, 31) + 1);
}

static void another_body_hash(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_BODY_HASH, 31, loose_number(f, COLUMN_BODY_HASH, 31) + 1);
}

static void another_content_hash(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_CONTENT_HASH, 31, loose_number(f, COLUMN_CONTENT_HASH, 31) + 1);
}

static void another_tag(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *values = &f->sections[COLUMN_VALUES];
    unsigned char *land = memmem(values->data, values->len, "land", 4);
    assert_non_null(land);
    land[0] = 's';
}

/* The last article of the last value moves by one. */
static void a_tag_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *values = &f->sections[COLUMN_VALUES];
    values->data[values->len - 1] ^= 2;
}

static void another_text_offset(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TEXT_OFFSET, 31, loose_number(f, COLUMN_TEXT_OFFSET, 31) + 1);
}

static void another_text_block(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    loose_set_number(f, COLUMN_TEXT_BLOCK, 31, 1);
}

/* ---- text ---- */

enum { BLOCKS, OFFSETS, LENGTHS };

/* Decompresses the only block of the second segment, has it changed, and
 * compresses it again. */
static void change_block(struct loose_frame *f, const struct segment *s,
                         void (*change)(struct buf *records))
{
    struct inflater *inflater = inflater_new();
    struct deflater *deflater = deflater_new();
    struct buf records = {0};
    struct error err;
    assert_int_equal(s->text.blocks, 1);
    assert_int_equal(textfile_read(&s->text, 0, inflater, &records, &err), BF_OK);
    change(&records);
    f->sections[BLOCKS].len = 0;
    deflater_run(deflater, records.data, records.len, &f->sections[BLOCKS]);
    store_u64(f->sections[OFFSETS].data + 8, f->sections[BLOCKS].len);
    store_u32(f->sections[LENGTHS].data, (uint32_t)records.len);
    buf_free(&records);
    inflater_free(inflater);
    deflater_free(deflater);
}

static void change_a_letter(struct buf *records)
{
    unsigned char *word = memmem(records->data, records->len, "common", 6);
    assert_non_null(word);
    word[1] = 'a';
}

static void another_letter(struct loose_frame *f, const struct segment *s)
{
    change_block(f, s, change_a_letter);
}

static void add_a_record(struct buf *records)
{
    buf_putc(records, 0);
}

static void a_record_more(struct loose_frame *f, const struct segment *s)
{
    change_block(f, s, add_a_record);
}

static void change_a_tag(struct buf *records)
{
    records->data[1] = 99; /* behind the first record's length */
}

static void unknown_field(struct loose_frame *f, const struct segment *s)
{
    change_block(f, s, change_a_tag);
}

/* The first record's url in front of its body: it can be read, but nobody
 * writes it so. */
static void change_the_order(struct buf *records)
{
    unsigned char *second = records->data + 3 + records->data[2];
    assert_int_equal(records->data[1], 1);
    assert_int_equal(*second, 2);
    records->data[1] = 2;
    *second = 1;
}

static void fields_out_of_order(struct loose_frame *f, const struct segment *s)
{
    change_block(f, s, change_the_order);
}

static void a_record_less(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    uint32_t blocks = (uint32_t)(f->sections[LENGTHS].len / 4);
    assert_true(blocks > 1);
    f->sections[LENGTHS].len -= 4;
    f->sections[OFFSETS].len -= 8;
    f->sections[BLOCKS].len = load_u64(f->sections[OFFSETS].data + 8 * (size_t)(blocks - 1));
}

static void an_empty_block(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_add(&f->sections[BLOCKS], "\3\0", 2); /* nothing, deflated */
    buf_u64(&f->sections[OFFSETS], f->sections[BLOCKS].len);
    buf_u32(&f->sections[LENGTHS], 0);
}

static void another_raw_length(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[LENGTHS].data[0]++;
}

static void bytes_behind_blocks(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[BLOCKS], 0);
}

/* ---- forms ---- */

#define FORMS_INDEX 1
#define NUMBERS     2

static bool is_spelt_in_two_ways(const struct small_forms *f)
{
    return f->count == 2 && strcmp(f->term, "then") == 0;
}

static void rare_form_first(unsigned segment, struct small_forms *f)
{
    (void)segment;
    for (size_t i = 0; i < f->occurrences && is_spelt_in_two_ways(f); i++)
        f->numbers[i] = !f->numbers[i];
}

static void a_form_that_never_stands(unsigned segment, struct small_forms *f)
{
    (void)segment;
    if (is_spelt_in_two_ways(f))
        f->forms[f->count++].text = "never";
}

static void a_form_twice(unsigned segment, struct small_forms *f)
{
    (void)segment;
    if (is_spelt_in_two_ways(f))
        f->forms[1].text = f->forms[0].text;
}

static void a_form_that_is_not(unsigned segment, struct small_forms *f)
{
    (void)segment;
    if (is_spelt_in_two_ways(f))
        f->numbers[0] = 2;
}

/* The first occurrence of each form has the other's number: both are as frequent as before. */
static void forms_change_places(unsigned segment, struct small_forms *f)
{
    (void)segment;
    size_t other = 0;
    if (!is_spelt_in_two_ways(f))
        return;
    while (f->numbers[other] == f->numbers[0])
        other++;
    f->numbers[other] = !f->numbers[other];
    f->numbers[0] = !f->numbers[0];
}

/* As frequent as before, too. */
static void another_spelling(unsigned segment, struct small_forms *f)
{
    (void)segment;
    if (is_spelt_in_two_ways(f))
        f->forms[1].text = "thenz";
}

/* The first entry of one form, "ing", becomes the term itself. */
static void an_entry_without_need(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *entries = &f->sections[ENTRIES];
    for (size_t i = 0; i + 4 <= entries->len; i++) {
        if (memcmp(entries->data + i, "\3ing", 4) != 0)
            continue;
        entries->data[i] = 0;
        memmove(entries->data + i + 1, entries->data + i + 4, entries->len - i - 4);
        entries->len -= 3;
        return;
    }
}

/* A byte stands between the first two groups. */
static void group_of_forms_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    struct buf *entries = &f->sections[ENTRIES], *index = &f->sections[FORMS_INDEX];
    size_t at = load_u32(index->data + FORMS_RECORD_BYTES + 4);
    buf_putc(entries, 0);
    memmove(entries->data + at + 1, entries->data + at, entries->len - at - 1);
    for (size_t i = FORMS_RECORD_BYTES; i < index->len; i += FORMS_RECORD_BYTES)
        store_u32(index->data + i + 4, load_u32(index->data + i + 4) + 1);
}

static void group_of_forms_with_numbers_elsewhere(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[FORMS_INDEX].data[FORMS_RECORD_BYTES + 12]++;
}

static void forms_of_another_term(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[FORMS_INDEX].data[0] ^= 0x80;
}

static void bytes_behind_numbers(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    buf_putc(&f->sections[NUMBERS], 0);
}

/* ---- deletes ---- */

enum { BITMAP, ORDINALS, DF, CF };

static void another_article_deleted(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[BITMAP].data[131 / 8] ^= 1 << 131 % 8 | 1 << 133 % 8; /* as many tokens */
}

static void one_more_deleted(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[BITMAP].data[0] |= 1 << 5;
}

static void another_deleted_df(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[DF].data[4]++;
}

static void another_deleted_cf(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[CF].data[4]++;
}

static void a_deleted_term_less(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    for (int i = ORDINALS; i <= CF; i++)
        f->sections[i].len -= 4;
}

static void a_deleted_term_more(struct loose_frame *f, const struct segment *s)
{
    buf_u32(&f->sections[ORDINALS], s->dictionary.terms);
    buf_u32(&f->sections[DF], 1);
    buf_u32(&f->sections[CF], 1);
}

static void another_deleted_term(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[ORDINALS].data[0]++;
}

/* ---- sketches and copies ---- */

static void another_window_count(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[0].data[0] ^= 1;
}

static void a_sketch_less(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[0].len--;
}

static void articles_with_copies_descend(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    store_u32(f->sections[COPIES_DOCS].data + 4, 0);
}

static void a_leader_out_of_range(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    store_u32(f->sections[COPIES_LEADERS].data, small_docs[0] + small_docs[1]);
}

/* Article 3 is deleted. */
static void a_leader_that_is_not(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    store_u32(f->sections[COPIES_LEADERS].data, 3);
}

/* Which is a group of its own, and a sound file. */
static void an_article_in_no_group(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    size_t last = f->sections[COPIES_DOCS].len - 4;
    memcpy(f->sections[COPIES_LEADERS].data + last, f->sections[COPIES_DOCS].data + last, 4);
}

static void a_copy_less(struct loose_frame *f, const struct segment *s)
{
    an_article_in_no_group(f, s);
    f->sections[COPIES_DOCS].len -= 4;
    f->sections[COPIES_LEADERS].len -= 4;
}

static void another_key_of_boilerplate(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COPIES_KEYS].data[0]++;
}

static void another_count_of_boilerplate(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COPIES_KEY_ARTICLES].data[0]--;
}

static void another_text_of_boilerplate(struct loose_frame *f, const struct segment *s)
{
    (void)s;
    f->sections[COPIES_TEXTS].data[2]++;
}

static void no_copies(struct manifest *m)
{
    m->copies_generation = 0;
}

/* ---- the table ---- */

#define DELETES SEGMENT_FILES
const struct seeded_fault seeded_faults[] = {
    {"tokens", "tokens, but the manifest says", .manifest = more_tokens, .quick = true},
    {"lead tokens", "lead tokens, but the manifest says", .manifest = fewer_lead_tokens,
     .quick = true},
    {"no text", "a body in an index without text", .manifest = a_promise_of_no_text},
    {"article count", "counts differ", .manifest = another_article_count, .quick = true},
    {"term count", "counts differ", .manifest = another_term_count, .quick = true},
    {"deleted articles", "5 deleted articles, but the manifest says 6", .manifest = more_deleted,
     .quick = true},
    {"deleted tokens", "deleted tokens, but", .manifest = more_deleted_tokens, .quick = true},
    {"deleted lead tokens", "deleted lead tokens, but", .manifest = more_deleted_lead_tokens,
     .quick = true},
    {"term out of order", "does not belong behind", .file = FILE_TERMS, .patch = term_out_of_order},
    {"key", "is not the first term of its group", .file = FILE_TERMS, .patch = another_key},
    {"group's lists", "group 1 has its lists at", .file = FILE_TERMS,
     .patch = group_with_lists_elsewhere},
    {"group's positions", "group 1 has its lists at", .file = FILE_TERMS,
     .patch = group_with_positions_elsewhere},
    {"group's key", "first term of group 1 at", .file = FILE_TERMS,
     .patch = group_with_key_elsewhere},
    {"group's entries", "group 1 does not start behind", .file = FILE_TERMS,
     .patch = group_with_entries_elsewhere},
    {"cf", "frequencies add up to 48, but the dictionary says 49", .file = FILE_TERMS,
     .patch = another_cf, .segment = 1},
    {"behind entries", "1 bytes behind the last entry", .file = FILE_TERMS,
     .patch = bytes_behind_entries},
    {"behind keys", "bytes behind the last key", .file = FILE_TERMS, .patch = bytes_behind_keys},
    {"impact", "the impact of block 1 does not bound", .file = FILE_POSTINGS,
     .patch = impact_too_low},
    {"group's last article", "the last article of group 1 is not", .file = FILE_POSTINGS,
     .patch = group_ends_elsewhere},
    {"last article", "last article of a block is wrong", .file = FILE_POSTINGS,
     .patch = another_last_article},
    {"positions' start", "too many positions", .file = FILE_POSTINGS,
     .patch = positions_start_later},
    {"first positions", "the first positions do not start", .file = FILE_POSTINGS,
     .patch = first_positions_not_first},
    {"group's positions", "the positions of block 32 do not start", .file = FILE_POSTINGS,
     .patch = group_positions_later},
    {"first group", "the first group does not start at 0", .file = FILE_POSTINGS,
     .patch = first_group_not_first},
    {"group's start", "block 32 does not start its group", .file = FILE_POSTINGS,
     .patch = group_starts_before_its_block},
    {"block's start", "no list of", .file = FILE_POSTINGS, .patch = block_starts_later},
    {"behind lists", "lists end at", .file = FILE_POSTINGS, .patch = bytes_behind_lists},
    {"behind positions", "positions end at", .file = FILE_POSITIONS, .patch = bytes_behind_lists},
    {"position in the gap", "article 701 has no token at position 5",
     .bend.posting = position_in_the_gap},
    {"position behind the end", "article 702 has no token at position 30",
     .bend.posting = position_behind_the_end},
    {"position twice", "article 702: a position is taken twice",
     .bend.posting = position_taken_twice},
    {"terms in each other's place", "article 702: its lists are not of the terms of its text",
     .bend.posting = terms_change_places},
    {"a posting less", "article 710: ", .bend.posting = a_posting_less},
    {"article out of range", "a term with more articles", .file = FILE_TERMS,
     .patch = article_that_is_not, .segment = 1},
    {"wrong article", "article 17: ", .bend.posting = wrong_article},
    {"length code", "article 99: length code", .file = FILE_COLUMNS, .patch = another_length_code,
     .quick = true},
    {"lead length code", "article 99: length code", .file = FILE_COLUMNS,
     .patch = another_lead_length_code, .quick = true},
    {"flag", "article 9: flags 0x4", .file = FILE_COLUMNS, .patch = unknown_flag, .quick = true},
    {"precision", "date that is not known", .file = FILE_COLUMNS, .patch = precision_without_date,
     .quick = true},
    {"zone", "date that is not known", .file = FILE_COLUMNS, .patch = zone_without_date,
     .quick = true},
    {"date", "outside the years", .file = FILE_COLUMNS, .patch = date_out_of_range, .quick = true},
    {"never modified", "not modified then or later", .file = FILE_COLUMNS,
     .patch = dated_but_never_modified, .quick = true},
    {"modified", "article 19: modified", .file = FILE_COLUMNS, .patch = modified_at_another_time},
    {"title tokens", "article 12: 500 title tokens", .file = FILE_COLUMNS,
     .patch = more_title_than_tokens, .quick = true},
    {"token limit", "67108865 tokens, 67108864 are the most", .file = FILE_COLUMNS,
     .patch = too_many_tokens, .quick = true},
    {"wide column", "column 5 is packed from", .file = FILE_COLUMNS, .patch = tokens_too_wide,
     .quick = true},
    {"low base", "column 6 is packed from", .file = FILE_COLUMNS, .patch = words_from_below,
     .quick = true},
    {"low time", "column 7 is packed from", .file = FILE_COLUMNS, .patch = dates_from_below,
     .quick = true},
    {"large number", "column 6 goes beyond 4294967295", .file = FILE_COLUMNS,
     .patch = words_beyond_32_bits, .quick = true},
    {"large title", "column 4 goes beyond 65535", .file = FILE_COLUMNS,
     .patch = title_tokens_beyond_16_bits, .quick = true},
    {"category", "article 14: content hash", .file = FILE_COLUMNS, .patch = another_category},
    {"category number", "unknown category", .file = FILE_COLUMNS, .patch = category_that_is_not,
     .quick = true},
    {"category twice", "a category stands twice", .file = FILE_COLUMNS, .patch = category_twice,
     .quick = true},
    {"category 0", "category 0 is not the empty one", .file = FILE_COLUMNS,
     .patch = category_0_with_a_name, .quick = true},
    {"id order", "not in the order of their ids", .file = FILE_COLUMNS, .patch = ids_swapped,
     .quick = true},
    {"id order twice", "not in the order of their ids", .file = FILE_COLUMNS,
     .patch = id_order_with_one_twice, .quick = true},
    {"id order range", "article number out of range", .file = FILE_COLUMNS,
     .patch = id_order_out_of_range, .quick = true},
    {"id in two segments", "neither is deleted", .bend.article = id_of_another_segment,
     .quick = true},
    {"id twice", "neither is deleted", .bend.article = id_of_another_article, .quick = true},
    {"id length", "id of 513 bytes", .bend.article = id_too_long, .quick = true},
    {"first name", "names from 1 to", .file = FILE_COLUMNS, .patch = names_start_later,
     .quick = true},
    {"name range", "names out of range", .file = FILE_COLUMNS, .patch = names_descend,
     .quick = true},
    {"behind names", "names from 0 to", .file = FILE_COLUMNS, .patch = bytes_behind_names,
     .quick = true},
    {"names length", "no names of articles", .file = FILE_COLUMNS, .patch = names_of_another_length,
     .quick = true},
    {"names", "no names of articles", .file = FILE_COLUMNS, .patch = names_that_are_no_deflate,
     .quick = true},
    {"title", "article 30: content hash", .file = FILE_COLUMNS, .patch = another_title},
    {"words", "article 31: words", .file = FILE_COLUMNS, .patch = another_word_count},
    {"body hash", "article 31: body hash", .file = FILE_COLUMNS, .patch = another_body_hash},
    {"content hash", "article 31: content hash", .file = FILE_COLUMNS,
     .patch = another_content_hash},
    {"values", "are not those of the records", .file = FILE_COLUMNS, .patch = another_tag},
    {"values' articles", "are not those of the records", .file = FILE_COLUMNS,
     .patch = a_tag_elsewhere},
    {"text offset", "article 31: its record is in block 0", .file = FILE_COLUMNS,
     .patch = another_text_offset},
    {"text block", "article 31: its record is in block 0", .file = FILE_COLUMNS,
     .patch = another_text_block},
    {"letter", "article 0: body hash", .file = FILE_TEXT, .patch = another_letter, .segment = 1},
    {"a record more", "more records than articles", .file = FILE_TEXT, .patch = a_record_more,
     .segment = 1},
    {"field", "article 0: no record", .file = FILE_TEXT, .patch = unknown_field, .segment = 1},
    {"order of fields", "article 0: no record", .file = FILE_TEXT, .patch = fields_out_of_order,
     .segment = 1},
    {"a record less", "for 4400 articles", .file = FILE_TEXT, .patch = a_record_less},
    {"empty block", "an empty text block", .file = FILE_TEXT, .patch = an_empty_block},
    {"raw length", "text block does not decompress", .file = FILE_TEXT,
     .patch = another_raw_length},
    {"behind blocks", "text blocks from 0 to", .file = FILE_TEXT, .patch = bytes_behind_blocks},
    {"sketch", "article 0: not the sketch of its text", .file = FILE_SKETCHES,
     .patch = another_window_count},
    {"a sketch less", "no sketch of an article", .file = FILE_SKETCHES, .patch = a_sketch_less},
    {"behind sketches", "more sketches than articles", .file = FILE_SKETCHES,
     .patch = bytes_behind_lists},
    {"copies' order", "articles with copies do not ascend", .file = SMALL_COPIES,
     .patch = articles_with_copies_descend, .quick = true},
    {"leader's number", "copies of no article", .file = SMALL_COPIES,
     .patch = a_leader_out_of_range, .quick = true},
    {"leader", "which leads nothing", .file = SMALL_COPIES, .patch = a_leader_that_is_not,
     .quick = true},
    {"no group", "not the groups that the sketches make", .file = SMALL_COPIES,
     .patch = an_article_in_no_group},
    {"a copy less", "not the articles that have copies", .file = SMALL_COPIES,
     .patch = a_copy_less},
    {"boilerplate", "not the paragraphs that are boilerplate", .file = SMALL_COPIES,
     .patch = another_key_of_boilerplate},
    {"boilerplate's articles", "not how many articles have a paragraph", .file = SMALL_COPIES,
     .patch = another_count_of_boilerplate},
    {"boilerplate's text", "not what the paragraphs say", .file = SMALL_COPIES,
     .patch = another_text_of_boilerplate},
    {"no copies", "names no file of copies", .manifest = no_copies},
    {"forms' order", "does not belong behind", .bend.forms = rare_form_first},
    {"unused form", "never stands as", .bend.forms = a_form_that_never_stands},
    {"form twice", "twice", .bend.forms = a_form_twice},
    {"form's number", "no list of forms", .bend.forms = a_form_that_is_not},
    {"forms in each other's place", "its words are not spelt as in its text",
     .bend.forms = forms_change_places},
    {"another spelling", "its words are not spelt as in its text", .bend.forms = another_spelling},
    {"needless forms", "which has no other form", .file = FILE_FORMS,
     .patch = an_entry_without_need},
    {"group of forms", "has its entries at", .file = FILE_FORMS, .patch = group_of_forms_elsewhere},
    {"group's numbers", "and its numbers at", .file = FILE_FORMS,
     .patch = group_of_forms_with_numbers_elsewhere},
    {"forms' term", "forms", .file = FILE_FORMS, .patch = forms_of_another_term},
    {"behind forms", "bytes behind the last entry", .file = FILE_FORMS,
     .patch = bytes_behind_entries},
    {"behind numbers", "bytes behind the last numbers", .file = FILE_FORMS,
     .patch = bytes_behind_numbers},
    {"another deleted", "which deleted articles have", .file = DELETES,
     .patch = another_article_deleted},
    {"one more deleted", "deleted articles, but", .file = DELETES, .patch = one_more_deleted,
     .quick = true},
    {"deleted df", "are deleted, but the lists have", .file = DELETES, .patch = another_deleted_df},
    {"deleted cf", "are deleted, but the lists have", .file = DELETES, .patch = another_deleted_cf},
    {"deleted term less", "which deleted articles have", .file = DELETES,
     .patch = a_deleted_term_less},
    {"deleted term more", "but deleted articles have", .file = DELETES,
     .patch = a_deleted_term_more},
    {"deleted term", "which deleted articles have", .file = DELETES, .patch = another_deleted_term},
};

const size_t seeded_fault_count = sizeof seeded_faults / sizeof *seeded_faults;

void seed_fault(const struct seeded_fault *fault, const char *dir)
{
    small_index_make(dir, &fault->bend);
    if (fault->patch)
        small_index_patch(dir, fault->segment, fault->file, fault->patch);
    if (fault->manifest)
        small_index_patch_manifest(dir, fault->manifest);
}
