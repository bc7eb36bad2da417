/* html_elements.c - the table of elements. */
#include "indexer/archive/html_elements.h"

#include <stdlib.h>
#include <strings.h>

#define LONGEST_NAME 16

#define BLOCK (HTML_SPECIAL | HTML_ENDS_P)

/* Sorted by name. */
static const struct html_element elements[] = {
    {"a", GAP_NONE, 0},
    {"address", GAP_PARAGRAPH, BLOCK},
    {"area", GAP_NONE, HTML_VOID},
    {"article", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"aside", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER | HTML_APART},
    {"audio", GAP_NONE, HTML_NO_TEXT},
    {"base", GAP_NONE, HTML_VOID},
    {"blockquote", GAP_PARAGRAPH, BLOCK},
    {"body", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"br", GAP_LINE, HTML_VOID},
    {"button", GAP_NONE, HTML_SPECIAL | HTML_APART},
    {"canvas", GAP_NONE, HTML_NO_TEXT},
    {"caption", GAP_LINE, HTML_SPECIAL},
    {"center", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"col", GAP_NONE, HTML_VOID},
    {"datalist", GAP_NONE, HTML_NO_TEXT},
    {"dd", GAP_LINE, BLOCK | HTML_PARAGRAPH},
    {"dialog", GAP_PARAGRAPH, BLOCK | HTML_APART},
    {"div", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"dl", GAP_PARAGRAPH, BLOCK},
    {"dt", GAP_LINE, BLOCK | HTML_PARAGRAPH},
    {"embed", GAP_NONE, HTML_VOID},
    {"fieldset", GAP_PARAGRAPH, BLOCK},
    {"figcaption", GAP_PARAGRAPH, BLOCK | HTML_APART},
    {"figure", GAP_PARAGRAPH, BLOCK},
    {"footer", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER | HTML_APART},
    {"form", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"h1", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"h2", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"h3", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"h4", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"h5", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"h6", GAP_PARAGRAPH, BLOCK | HTML_HEADING | HTML_PARAGRAPH},
    {"head", GAP_PARAGRAPH, HTML_SPECIAL | HTML_NO_TEXT},
    {"header", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER | HTML_DOUBTFUL},
    {"hr", GAP_PARAGRAPH, HTML_VOID | HTML_ENDS_P},
    {"html", GAP_PARAGRAPH, HTML_SPECIAL},
    {"img", GAP_NONE, HTML_VOID},
    {"input", GAP_NONE, HTML_VOID},
    {"label", GAP_NONE, HTML_APART},
    {"legend", GAP_PARAGRAPH, HTML_APART},
    {"li", GAP_LINE, BLOCK | HTML_PARAGRAPH},
    {"link", GAP_NONE, HTML_VOID},
    {"main", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"menu", GAP_PARAGRAPH, BLOCK | HTML_APART},
    {"meta", GAP_NONE, HTML_VOID},
    {"nav", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER | HTML_APART},
    {"noscript", GAP_NONE, HTML_APART},
    {"object", GAP_NONE, HTML_SPECIAL | HTML_NO_TEXT},
    {"ol", GAP_PARAGRAPH, BLOCK},
    {"option", GAP_LINE, HTML_NO_TEXT},
    {"p", GAP_PARAGRAPH, BLOCK | HTML_PARAGRAPH},
    {"param", GAP_NONE, HTML_VOID},
    {"pre", GAP_PARAGRAPH, BLOCK | HTML_PARAGRAPH},
    {"section", GAP_PARAGRAPH, BLOCK | HTML_CONTAINER},
    {"select", GAP_NONE, HTML_SPECIAL | HTML_NO_TEXT},
    {"source", GAP_NONE, HTML_VOID},
    {"svg", GAP_NONE, HTML_NO_TEXT},
    {"table", GAP_PARAGRAPH, HTML_SPECIAL | HTML_ENDS_P},
    {"tbody", GAP_LINE, HTML_SPECIAL},
    {"td", GAP_SPACE, HTML_SPECIAL | HTML_CONTAINER},
    {"template", GAP_NONE, HTML_SPECIAL | HTML_NO_TEXT},
    {"textarea", GAP_NONE, HTML_NO_TEXT},
    {"tfoot", GAP_LINE, HTML_SPECIAL},
    {"th", GAP_SPACE, HTML_SPECIAL | HTML_CONTAINER},
    {"thead", GAP_LINE, HTML_SPECIAL},
    {"title", GAP_NONE, HTML_NO_TEXT},
    {"tr", GAP_LINE, HTML_SPECIAL},
    {"track", GAP_NONE, HTML_VOID},
    {"ul", GAP_PARAGRAPH, BLOCK},
    {"video", GAP_NONE, HTML_NO_TEXT},
    {"wbr", GAP_NONE, HTML_VOID},
};

static int compare(const void *name, const void *element)
{
    return strcasecmp(name, ((const struct html_element *)element)->name);
}

const struct html_element *html_element_named(struct span name)
{
    static const struct html_element unknown = {"", GAP_NONE, 0};
    char text[LONGEST_NAME] = "";
    if (name.len >= sizeof text)
        return &unknown;
    memcpy(text, name.p, name.len);
    const struct html_element *found =
        bsearch(text, elements, sizeof elements / sizeof *elements, sizeof *elements, compare);
    return found ? found : &unknown;
}
