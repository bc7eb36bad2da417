"""newsml.py - the IPTC's samples of NewsML-G2: articles, fields that are filled, what is left out and why."""

import collections
import pathlib
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).parent / "lib"))
import reading

FIELDS = "id title body date updated category source author tags language summary".split()

# Samples that are cut from the middle of an item: their root is no item.
FRAGMENTS = {
    "LISTING_7_Group_Set_example_showing_Hierarchical_Package_Structure.xml",
    "LISTING_8_Group_Set_example_showing_an_ALT_Package_Mode.xml",
    "LISTING_9_Group_Set_example_showing_a_SEQ_Package_Mode.xml",
    "LISTING_25_An_NITF_marked-up_article_conveyed_in_inlineXML.xml",
    "LISTING_28_Illustrating_Located_Subject_and_Dateline.xml",
}


G2 = "{http://iptc.org/std/nar/2006-10-01/}"


def differences(article):
    """What Python's own reader of XML finds in the article's file, where it is not the same."""
    item = xml.etree.ElementTree.parse(article["file"]).getroot()
    headline = item.find(f".//{G2}headline")
    subjects = [s.findtext(f"{G2}name", "").strip() for s in item.findall(f"{G2}contentMeta/{G2}subject")]
    if headline is not None and reading.spaced("".join(headline.itertext())) != article.get("title"):
        yield "title"
    if item.get("guid") != article["id"]:
        yield "id"
    if item.find(f".//{G2}versionCreated").text[:10] != article["updated"][:10]:
        yield "updated"
    if any(s not in article.get("tags", "") for s in subjects):
        yield "tags"


def main(program, samples, corpora):
    paths = sorted(pathlib.Path(samples).glob("newsml-g2/examples/*.xml"))
    articles, skips = reading.read(program, paths)
    unknown = {pathlib.Path(s["file"]).name for s in skips if s["skipped"] == "unknown format"}
    print(f"  {len(paths)} files, {len(articles)} articles, {len(skips)} records left out")
    reading.show({f"field {f}": sum(f in a for a in articles) for f in FIELDS})
    reading.show_skips(skips)
    print(f"  fragments, whose root is no item: {len(unknown)}")
    ill_formed = [a["file"] for a in articles if "ill_formed" in a]
    undated = sum(a["unreadable_dates"] for a in articles)
    print(f"  ill-formed: {len(ill_formed)}, dates not understood: {undated}")
    different = collections.Counter(d for a in articles for d in differences(a))
    print(f"  against another reader: {len(articles)} articles, different fields: {dict(different)}")
    return unknown != FRAGMENTS or bool(ill_formed or different) or undated > 0


sys.exit(main(*sys.argv[1:]))
