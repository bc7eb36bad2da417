/* feed_wordpress.c - status, type, dates and text of a WordPress post. */
#include "indexer/archive/feed_wordpress.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/span.h"

static const char *wp_text(struct xml_fields *f, const struct xml_node *item, const char *name)
{
    return xml_text_of(f, xml_child(item, XML_WP, name));
}

bool is_wordpress_item(const struct xml_node *item)
{
    return xml_child(item, XML_WP, "post_type") || xml_child(item, XML_WP, "status");
}

/* The time is UTC, which the export does not say; "0000-00-00 ..." is none. */
static void offer_date(struct xml_fields *f, const struct xml_node *item, enum field field,
                       const char *name)
{
    const char *text = wp_text(f, item, name);
    if (strlen(text) != strlen("2010-04-15 12:00:00") || strncmp(text, "0000", 4) == 0)
        return;
    f->scratch.len = 0;
    buf_printf(&f->scratch, "%sZ", text);
    xml_offer(f, field, 0, buf_text(&f->scratch));
}

/* Paragraphs of old posts are parted by empty lines only, and short codes in
 * brackets place pictures. */
static bool is_short_code(const char *p, const char *end, const char **behind)
{
    const char *name = p + 1 + (end - p > 1 && p[1] == '/'), *after = name;
    while (after < end && *after >= 'a' && *after <= 'z')
        after++;
    const char *close = memchr(after, ']', end - after < 2048 ? (size_t)(end - after) : 2048);
    if (!close || !span_is_one_of(span_of(name, (size_t)(after - name)),
                                  "caption gallery embed audio video playlist wp_caption"))
        return false;
    *behind = close + 1;
    return true;
}

/* Line ends at p, and how many bytes they take. */
static unsigned count_line_ends(const char *p, size_t *len)
{
    unsigned count = 0;
    for (*len = 0; p[*len] == '\n' || p[*len] == '\r' || p[*len] == ' '; ++*len)
        count += p[*len] == '\n';
    return count;
}

static void mark_paragraphs(const char *text, struct buf *html)
{
    const char *p = text, *end = text + strlen(text), *behind;
    size_t len;
    while (p < end) {
        if (*p == '[' && is_short_code(p, end, &behind)) {
            p = behind;
        } else if (*p == '\n' && count_line_ends(p, &len) > 1) {
            buf_puts(html, "\n<p>\n");
            p += len;
        } else {
            buf_putc(html, *p++);
        }
    }
}

static void offer_body(struct xml_fields *f, const struct xml_node *item)
{
    const char *text = xml_text_of(f, xml_child(item, XML_CONTENT, "encoded"));
    f->scratch.len = 0;
    mark_paragraphs(text, &f->scratch);
    xml_offer(f, FIELD_BODY_HTML, 0, buf_text(&f->scratch));
}

static void offer_terms(struct xml_fields *f, const struct xml_node *item)
{
    struct xml_list tags = {0};
    const struct xml_node *n = xml_child(item, XML_PLAIN, "category");
    for (; n; n = xml_sibling(n, XML_PLAIN, "category")) {
        const char *domain = xml_attribute(n, "domain");
        if (domain && strcmp(domain, "category") == 0)
            xml_offer_text(f, FIELD_CATEGORY, 0, n);
        if (!domain || span_is_one_of(span_of(domain, strlen(domain)), "category post_tag tag")) {
            const char *text = xml_text_of(f, n);
            xml_list_add(&tags, text, strlen(text));
        }
    }
    xml_list_offer(f, FIELD_TAGS, 0, &tags);
}

/* Items name their author by a login; the export says once who that is. */
static void offer_author(struct xml_fields *f, const struct xml_node *item)
{
    const char *login = xml_text_of(f, xml_child(item, XML_DC, "creator"));
    const struct xml_node *n = item->parent ? xml_child(item->parent, XML_WP, "author") : NULL;
    for (; n; n = xml_sibling(n, XML_WP, "author"))
        if (strcmp(wp_text(f, n, "author_login"), login) == 0)
            xml_offer_text(f, FIELD_AUTHOR, 0, xml_child(n, XML_WP, "author_display_name"));
}

static int check_status(struct xml_fields *f, const struct xml_node *item,
                        struct record_problem *problem)
{
    const char *type = wp_text(f, item, "post_type"), *status = wp_text(f, item, "status");
    if (span_is_one_of(span_of(type, strlen(type)),
                       "attachment nav_menu_item revision custom_css customize_changeset "
                       "oembed_cache user_request wp_block wp_template wp_template_part "
                       "wp_global_styles wp_navigation wp_font_family wp_font_face"))
        return skip_record(problem, SKIP_NOT_AN_ARTICLE, type);
    if (strcmp(status, "trash") == 0)
        xml_offer(f, FIELD_STATUS, 0, "canceled");
    else if (*status && strcmp(status, "publish") != 0)
        return skip_record(problem, SKIP_NOT_PUBLISHED, status);
    if (*wp_text(f, item, "post_password"))
        return skip_record(problem, SKIP_NOT_PUBLISHED, "has a password");
    return BF_OK;
}

int offer_wordpress_fields(struct xml_fields *f, const struct xml_node *item,
                           struct record_problem *problem)
{
    int rc = check_status(f, item, problem);
    if (rc)
        return rc;
    offer_date(f, item, FIELD_DATE, "post_date_gmt");
    offer_date(f, item, FIELD_UPDATED, "post_modified_gmt");
    offer_author(f, item);
    offer_body(f, item);
    offer_terms(f, item);
    xml_offer_line(f, FIELD_SUMMARY, 0, xml_child(item, XML_EXCERPT, "encoded"));
    return BF_OK;
}
