/* newsml_content.c - NITF, XHTML or text inside an item. */
#include "indexer/archive/newsml_content.h"

#include <string.h>
#include <strings.h>

#include "indexer/archive/nitf.h"
#include "indexer/archive/span.h"

#define CONTENT_RANK 100 /* behind what the item itself says */

/* The first element of the node's, or NULL. */
static const struct xml_node *first_element(const struct xml_node *node)
{
    const struct xml_node *n = node->first;
    while (n && !n->name)
        n = n->next;
    return n;
}

/* XHTML has its title in the head; a fragment of it has neither. */
static const struct xml_node *html_body(struct xml_fields *f, const struct xml_node *html)
{
    const struct xml_node *head = xml_child(html, html->space, "head");
    const struct xml_node *body = xml_child(html, html->space, "body");
    xml_offer_line(f, FIELD_TITLE, CONTENT_RANK, xml_child(head, html->space, "title"));
    return body ? body : html;
}

/* Whether a reader would read it: results of matches and lists of events come
 * in vocabularies of their own. */
static bool is_prose(const struct xml_node *element)
{
    return element->space == XML_XHTML ||
           span_is_one_of(span_of(element->name, strlen(element->name)),
                          "body body.content block div p pre section article");
}

int newsml_offer_content(struct xml_fields *f, const struct xml_node *content, bool *found,
                         struct record_problem *problem)
{
    const struct xml_node *element = first_element(content);
    int rc = BF_OK;
    if (element && strcasecmp(element->name, "nitf") == 0) {
        rc = nitf_offer(f, element, CONTENT_RANK, problem);
        *found = f->raw->of[FIELD_BODY].text || f->raw->of[FIELD_BODY_HTML].text;
    } else if (element && strcasecmp(element->name, "html") == 0) {
        *found = xml_offer_body(f, html_body(f, element));
    } else {
        *found = (!element || is_prose(element)) && xml_offer_body(f, content);
    }
    return rc;
}

const char *newsml_code(const char *code)
{
    if (!code)
        return NULL;
    const char *slash = strrchr(code, '/'), *colon = strrchr(code, ':');
    return slash ? slash + 1 : colon ? colon + 1 : code;
}

int newsml_offer_status(struct xml_fields *f, const char *code, bool *canceled,
                        struct record_problem *problem)
{
    const char *status = newsml_code(code);
    if (status && strcasecmp(status, "withheld") == 0)
        return skip_record(problem, SKIP_NOT_PUBLISHED, status);
    *canceled = status && strncasecmp(status, "cancel", 6) == 0;
    xml_offer(f, FIELD_STATUS, 0, status);
    return BF_OK;
}
