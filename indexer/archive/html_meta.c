/* html_meta.c - the elements that describe a page. */
#include "indexer/archive/html_meta.h"

#include "indexer/archive/html_ranks.h"
#include "indexer/archive/html_reference.h"
#include "indexer/archive/linked_data.h"

#define LONGEST_LIST    4096 /* of tags or authors that meta elements add up to */
#define LONGEST_HEADING 1024

/* Earlier names win. They stand in name, property, itemprop or http-equiv. */
static const struct {
    const char *name;
    enum field field;
} names[] = {
    {"og:title", FIELD_TITLE},
    {"dc.title", FIELD_TITLE},
    {"dcterms.title", FIELD_TITLE},
    {"citation_title", FIELD_TITLE},
    {"parsely-title", FIELD_TITLE},
    {"sailthru.title", FIELD_TITLE},
    {"twitter:title", FIELD_TITLE},
    {"headline", FIELD_TITLE},
    {"article:published_time", FIELD_DATE},
    {"og:published_time", FIELD_DATE},
    {"og:article:published_time", FIELD_DATE},
    {"datepublished", FIELD_DATE},
    {"dcterms.issued", FIELD_DATE},
    {"dc.date.issued", FIELD_DATE},
    {"dcterms.created", FIELD_DATE},
    {"dc.date.created", FIELD_DATE},
    {"dcterms.date", FIELD_DATE},
    {"dc.date", FIELD_DATE},
    {"citation_publication_date", FIELD_DATE},
    {"citation_date", FIELD_DATE},
    {"parsely-pub-date", FIELD_DATE},
    {"sailthru.date", FIELD_DATE},
    {"cxenseparse:recs:publishtime", FIELD_DATE},
    {"publish-date", FIELD_DATE},
    {"publish_date", FIELD_DATE},
    {"publishdate", FIELD_DATE},
    {"publication_date", FIELD_DATE},
    {"pubdate", FIELD_DATE},
    {"article.published", FIELD_DATE},
    {"article_date_original", FIELD_DATE},
    {"originalpublicationdate", FIELD_DATE},
    {"date", FIELD_DATE},
    {"article:modified_time", FIELD_UPDATED},
    {"og:updated_time", FIELD_UPDATED},
    {"datemodified", FIELD_UPDATED},
    {"dcterms.modified", FIELD_UPDATED},
    {"dc.date.modified", FIELD_UPDATED},
    {"article.updated", FIELD_UPDATED},
    {"last-modified", FIELD_UPDATED},
    {"lastmod", FIELD_UPDATED},
    {"og:url", FIELD_URL},
    {"dc.identifier", FIELD_URL},
    {"og:description", FIELD_SUMMARY},
    {"description", FIELD_SUMMARY},
    {"dc.description", FIELD_SUMMARY},
    {"dcterms.abstract", FIELD_SUMMARY},
    {"twitter:description", FIELD_SUMMARY},
    {"og:site_name", FIELD_SOURCE},
    {"dc.publisher", FIELD_SOURCE},
    {"dcterms.publisher", FIELD_SOURCE},
    {"application-name", FIELD_SOURCE},
    {"article:section", FIELD_CATEGORY},
    {"parsely-section", FIELD_CATEGORY},
    {"articlesection", FIELD_CATEGORY},
    {"section", FIELD_CATEGORY},
    {"article:tag", FIELD_TAGS},
    {"news_keywords", FIELD_TAGS},
    {"keywords", FIELD_TAGS},
    {"parsely-tags", FIELD_TAGS},
    {"sailthru.tags", FIELD_TAGS},
    {"dc.subject", FIELD_TAGS},
    {"dcterms.subject", FIELD_TAGS},
    {"author", FIELD_AUTHOR},
    {"article:author", FIELD_AUTHOR},
    {"dc.creator", FIELD_AUTHOR},
    {"dcterms.creator", FIELD_AUTHOR},
    {"citation_author", FIELD_AUTHOR},
    {"parsely-author", FIELD_AUTHOR},
    {"sailthru.author", FIELD_AUTHOR},
    {"byl", FIELD_AUTHOR},
    {"content-language", FIELD_LANGUAGE},
    {"dc.language", FIELD_LANGUAGE},
    {"dcterms.language", FIELD_LANGUAGE},
    {"language", FIELD_LANGUAGE},
    {"og:locale", FIELD_LANGUAGE},
};

#define NAMES (sizeof names / sizeof *names)

struct html_meta html_meta_of(struct archive_parser *parser, struct arena *arena,
                              struct raw_fields *raw)
{
    return (struct html_meta){.parser = parser, .arena = arena, .raw = raw};
}

void html_meta_free(struct html_meta *m)
{
    json_release(m->linked);
    buf_free(&m->heading_text);
}

/* --- values --- */

static bool is_date(enum field field)
{
    return field == FIELD_DATE || field == FIELD_UPDATED;
}

static bool is_list(enum field field)
{
    return field == FIELD_TAGS || field == FIELD_AUTHOR;
}

static bool is_web_address(struct span value)
{
    value = span_trimmed(value);
    return span_starts(value, "http://") || span_starts(value, "https://");
}

static void offer_date(struct html_meta *m, enum field field, unsigned rank, struct span value)
{
    bool readable = is_readable_date(m->parser, value.p, value.len);
    offer_value(m->raw, field, rank + (readable ? 0 : RANK_UNREADABLE), value.p, value.len);
}

/* Several elements of one name are a list. */
static void offer_more(struct html_meta *m, enum field field, unsigned rank, struct span value)
{
    struct raw_value *kept = &m->raw->of[field];
    if (!kept->text || kept->rank != rank) {
        offer_value(m->raw, field, rank, value.p, value.len);
        return;
    }
    if (kept->len + value.len > LONGEST_LIST || !span_trimmed(value).len)
        return;
    size_t len = kept->len + 2 + value.len;
    char *both = arena_alloc(m->arena, len);
    memcpy(both, kept->text, kept->len);
    memcpy(both + kept->len, ", ", 2);
    memcpy(both + kept->len + 2, value.p, value.len);
    *kept = (struct raw_value){both, len, rank};
}

/* "en_GB" */
static void offer_language(struct html_meta *m, unsigned rank, struct span value)
{
    char *tag = arena_strndup(m->arena, value.p, value.len);
    for (char *p = tag; *p; p++)
        if (*p == '_')
            *p = '-';
    offer_value(m->raw, FIELD_LANGUAGE, rank, tag, value.len);
}

/* References are decoded here; elsewhere they are where fields are cleaned. */
static void offer_url(struct html_meta *m, unsigned rank, struct span value)
{
    struct buf url = {0};
    if (!is_web_address(value))
        return;
    html_decode_as(span_trimmed(value), REFERENCE_CLOSED, &url);
    offer_value(m->raw, FIELD_URL, rank, arena_strndup(m->arena, (const char *)url.data, url.len),
                url.len);
    buf_free(&url);
}

static void offer(struct html_meta *m, enum field field, unsigned rank, struct span value)
{
    if (is_date(field))
        offer_date(m, field, rank, value);
    else if (field == FIELD_URL)
        offer_url(m, rank, value);
    else if (field == FIELD_LANGUAGE)
        offer_language(m, rank, value);
    else if (is_list(field) && !is_web_address(value))
        offer_more(m, field, rank, value);
    else if (!is_list(field))
        offer_value(m->raw, field, rank, value.p, value.len);
}

/* --- elements --- */

static void offer_named(struct html_meta *m, struct span name, struct span value)
{
    name = span_trimmed(name);
    for (unsigned i = 0; i < NAMES; i++)
        if (span_is(name, names[i].name)) {
            offer(m, names[i].field, RANK_META + i, value);
            return;
        }
}

static void take_meta(struct html_meta *m, struct span attributes)
{
    static const char *const naming[] = {"property", "name", "itemprop", "http-equiv"};
    struct span value = html_attribute(attributes, "content");
    for (size_t i = 0; value.len && i < sizeof naming / sizeof *naming; i++) {
        struct span name = html_attribute(attributes, naming[i]);
        if (name.len)
            offer_named(m, name, value);
    }
}

static void take_link(struct html_meta *m, struct span attributes)
{
    if (span_is(html_attribute(attributes, "rel"), "canonical"))
        offer_url(m, RANK_CANONICAL, html_attribute(attributes, "href"));
}

static void take_time(struct html_meta *m, struct span attributes)
{
    struct span value = html_attribute(attributes, "datetime");
    struct span property = html_attribute(attributes, "itemprop");
    bool early = !m->heading_text.len;
    if (span_is(property, "dateModified"))
        offer_date(m, FIELD_UPDATED, RANK_TIME, value);
    else if (span_is(property, "datePublished") || html_attribute(attributes, "pubdate").p)
        offer_date(m, FIELD_DATE, RANK_TIME, value);
    else if (value.len)
        offer_date(m, FIELD_DATE, RANK_TIME + 1 + early, value);
}

static void take_start(struct html_meta *m, const struct html_token *t)
{
    struct span type = html_attribute(t->attributes, "type");
    if (span_is(t->name, "meta"))
        take_meta(m, t->attributes);
    else if (span_is(t->name, "link"))
        take_link(m, t->attributes);
    else if (span_is(t->name, "time"))
        take_time(m, t->attributes);
    else if (span_is(t->name, "html") && html_attribute(t->attributes, "lang").len)
        offer(m, FIELD_LANGUAGE, RANK_META, html_attribute(t->attributes, "lang"));
    else if (span_is(t->name, "script"))
        m->in_linked_data = span_starts(span_trimmed(type), "application/ld+json");
    else if (span_is(t->name, "h1"))
        m->in_heading = !m->heading_text.len;
    m->in_title = span_is(t->name, "title");
}

static void take_text(struct html_meta *m, struct span text)
{
    if (m->in_title && !m->title.text)
        m->title = (struct raw_value){text.p, text.len, RANK_SHOWN};
    if (m->in_heading && m->heading_text.len < LONGEST_HEADING)
        buf_add(&m->heading_text, text.p, text.len);
}

void html_meta_token(struct html_meta *m, const struct html_token *t)
{
    if (t->kind == HTML_START_TAG) {
        take_start(m, t);
    } else if (t->kind == HTML_END_TAG) {
        m->in_title = m->in_linked_data = false;
        m->in_heading &= !span_is(t->name, "h1");
    } else if (t->kind == HTML_TEXT) {
        take_text(m, t->source);
    } else if (t->kind == HTML_RAW_TEXT && m->in_linked_data && !m->linked) {
        linked_data_offer(m->parser, t->source, m->arena, m->raw, &m->linked, &m->linked_body);
    }
}

/* --- the title --- */

static struct span spaced(struct span text, struct arena *arena)
{
    struct buf out = {0};
    while ((text = span_trimmed(text)).len) {
        size_t n = 0;
        while (n < text.len && !is_ascii_space(text.p[n]))
            n++;
        if (out.len)
            buf_putc(&out, ' ');
        buf_add(&out, text.p, n);
        text = span_from(text, n);
    }
    struct span copy = span_of(arena_strndup(arena, (const char *)out.data, out.len), out.len);
    buf_free(&out);
    return copy;
}

/* Without " | Site" or "Site: " where that is the page's source. */
static struct span without_site(struct span title, struct span site)
{
    static const char *const marks[] = {" | ",  " - ",        " \xe2\x80\x93 ", " \xe2\x80\x94 ",
                                        " :: ", " \xc2\xbb ", " \xc2\xb7 ",     " \xe2\x80\xa2 "};
    for (size_t i = 0; site.len && i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]) + site.len;
        if (title.len <= n)
            continue;
        struct span end = span_from(title, title.len - n);
        if (span_starts(end, marks[i]) && span_same(span_from(end, strlen(marks[i])), site))
            return span_of(title.p, title.len - n);
    }
    return title;
}

static struct span text_of(const struct raw_value *v)
{
    return span_trimmed(span_of(v->text ? v->text : "", v->text ? v->len : 0));
}

/* Of the title element and the first heading: the heading where the title
 * begins with it, or where there is no title. */
static struct span shown_title(const struct html_meta *m)
{
    struct span title = spaced(text_of(&m->title), m->arena);
    struct span heading =
        spaced(span_of((const char *)m->heading_text.data, m->heading_text.len), m->arena);
    bool begins = heading.len && title.len >= heading.len &&
                  span_same(span_of(title.p, heading.len), heading);
    return begins || !title.len ? heading : title;
}

void html_meta_end(struct html_meta *m)
{
    struct span site = text_of(&m->raw->of[FIELD_SOURCE]), shown = shown_title(m);
    offer_value(m->raw, FIELD_TITLE, RANK_SHOWN, shown.p, shown.len);
    struct raw_value *title = &m->raw->of[FIELD_TITLE];
    if (title->text) {
        struct span bare = without_site(text_of(title), site);
        *title = (struct raw_value){bare.p, bare.len, title->rank};
    }
}
