/* xml.c - expat's events to a tree; when it gives up, the lenient reader's. */
#include "indexer/archive/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XML_DTD /* the header has the limits on entities under this name only */
#include <expat.h>

#include "indexer/archive/encoding.h"
#include "indexer/archive/html.h"
#include "indexer/archive/xml_lenient.h"
#include "indexer/archive/xml_tree.h"

/* Bytes that come of entities, for each byte read, beyond the free ones. */
#define MOST_AMPLIFICATION 8.0F

struct xml_reader {
    XML_Parser expat;
    struct xml_tree tree;
    size_t context_len;      /* the record begins here in what is parsed */
    struct xml_node *record; /* NULL: not met yet */
    struct buf scratch;
};

void xml_reader_free(struct xml_reader *reader)
{
    if (!reader)
        return;
    XML_ParserFree(reader->expat);
    xml_tree_free(&reader->tree);
    buf_free(&reader->scratch);
    free(reader);
}

/* --- events --- */

static void stop_at_limit(struct xml_reader *r)
{
    if (r->tree.limit)
        XML_StopParser(r->expat, XML_FALSE);
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_reader *r = ctx;
    const char *const *pairs;
    memcpy(&pairs, &attributes, sizeof pairs); /* the same, with one const more */
    xml_tree_start(&r->tree, name, pairs);
    if (!r->record && (size_t)XML_GetCurrentByteIndex(r->expat) == r->context_len)
        r->record = r->tree.current;
    stop_at_limit(r);
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
    struct xml_reader *r = ctx;
    (void)name;
    xml_tree_end(&r->tree);
}

static void XMLCALL on_text(void *ctx, const XML_Char *text, int len)
{
    struct xml_reader *r = ctx;
    xml_tree_text(&r->tree, text, (size_t)len);
    stop_at_limit(r);
}

/* An entity that nobody declared: HTML's, or its own name. */
static void XMLCALL on_unknown_entity(void *ctx, const XML_Char *name, int is_parameter)
{
    struct xml_reader *r = ctx;
    if (is_parameter)
        return;
    struct buf reference = {0};
    buf_printf(&reference, "&%s;", name);
    r->scratch.len = 0;
    html_decode((const char *)reference.data, reference.len, &r->scratch);
    on_text(r, (const char *)r->scratch.data, (int)r->scratch.len);
    buf_free(&reference);
}

/* --- expat --- */

/* No handler for external entities is ever set: expat opens nothing by itself.
 * "Foreign DTD" means that entities may be declared elsewhere, so that one
 * that is not known is an event and no error. */
static void set_up_expat(struct xml_reader *r)
{
    XML_SetUserData(r->expat, r);
    XML_SetElementHandler(r->expat, on_start, on_end);
    XML_SetCharacterDataHandler(r->expat, on_text);
    XML_SetSkippedEntityHandler(r->expat, on_unknown_entity);
    XML_UseForeignDTD(r->expat, XML_TRUE);
    XML_SetBillionLaughsAttackProtectionMaximumAmplification(r->expat, MOST_AMPLIFICATION);
    XML_SetBillionLaughsAttackProtectionActivationThreshold(r->expat, XML_FREE_TEXT_BYTES);
}

static struct xml_reader *ready_reader(struct archive_parser *parser)
{
    static const XML_Memory_Handling_Suite memory = {mem_alloc, mem_realloc, free};
    if (!parser->xml) {
        parser->xml = mem_zalloc(1, sizeof *parser->xml);
        parser->xml->expat = XML_ParserCreate_MM("UTF-8", &memory, NULL);
    } else {
        XML_ParserReset(parser->xml->expat, "UTF-8");
    }
    set_up_expat(parser->xml);
    parser->xml->record = NULL;
    return parser->xml;
}

/* Whether the record was read to its end. Its context stays open, so expat
 * always misses something behind it. */
static bool read_strictly(struct xml_reader *r, struct bytes context, struct bytes record)
{
    bool good = XML_Parse(r->expat, (const char *)context.p, (int)bytes_left(&context), XML_FALSE);
    if (good)
        good = XML_Parse(r->expat, (const char *)record.p, (int)bytes_left(&record), XML_TRUE);
    bool closed = r->record && r->tree.current == r->record->parent;
    enum XML_Error error = XML_GetErrorCode(r->expat);
    return closed && !r->tree.limit && (good || error == XML_ERROR_NO_ELEMENTS);
}

static void read_leniently(struct xml_reader *r, struct bytes context, struct bytes record)
{
    xml_lenient_read(&r->tree, (const char *)context.p, bytes_left(&context));
    const struct xml_node *parent = r->tree.current, *before = parent->last;
    xml_lenient_read(&r->tree, (const char *)record.p, bytes_left(&record));
    r->record = before ? before->next : parent->first;
    while (r->record && !r->record->name)
        r->record = r->record->next;
}

/* --- the whole --- */

/* Takes the context's first line off it. */
static const struct charset *take_charset(struct bytes *context)
{
    const unsigned char *newline = memchr(context->p, '\n', bytes_left(context));
    size_t len = newline ? (size_t)(newline - context->p) : 0;
    const struct charset *charset = len ? charset_named((const char *)context->p, len) : NULL;
    context->p += newline ? len + 1 : 0;
    return charset;
}

static void complain(const struct xml_reader *r, struct record_problem *problem)
{
    XML_Index at = XML_GetCurrentByteIndex(r->expat) - (XML_Index)r->context_len;
    problem->markup_repaired = true;
    snprintf(problem->detail, sizeof problem->detail, "byte %lld: %s", at < 0 ? 0LL : (long long)at,
             XML_ErrorString(XML_GetErrorCode(r->expat)));
}

static int refuse(enum skip_reason limit, struct record_problem *problem)
{
    char detail[64] = "entities";
    if (limit == SKIP_TOO_DEEP)
        snprintf(detail, sizeof detail, "more than %d elements", XML_MOST_DEPTH);
    else if (limit == SKIP_RECORD_TOO_LONG)
        snprintf(detail, sizeof detail, "more than %zu elements", XML_MOST_NODES);
    return skip_record(problem, limit, detail);
}

int xml_read(struct archive_parser *parser, const struct record *record,
             const struct xml_node **record_node, struct record_problem *problem)
{
    struct xml_reader *r = ready_reader(parser);
    struct bytes context = bytes_of(record->context, record->context_len);
    const struct charset *charset = take_charset(&context);
    struct bytes text = text_in_utf8(parser, record->data, record->len, charset, problem);
    size_t most_text = bytes_left(&context) + bytes_left(&text) + XML_FREE_TEXT_BYTES;
    r->context_len = bytes_left(&context);
    xml_tree_begin(&r->tree, most_text);
    if (!read_strictly(r, context, text)) {
        if (XML_GetErrorCode(r->expat) == XML_ERROR_AMPLIFICATION_LIMIT_BREACH)
            return refuse(SKIP_EXPANDS_TOO_FAR, problem);
        if (r->tree.limit)
            return refuse(r->tree.limit, problem);
        complain(r, problem);
        xml_tree_begin(&r->tree, most_text);
        read_leniently(r, context, text);
    }
    if (r->tree.limit)
        return refuse(r->tree.limit, problem);
    if (!r->record)
        return skip_record(problem, SKIP_INVALID_XML, "no element");
    *record_node = r->record;
    return BF_OK;
}
