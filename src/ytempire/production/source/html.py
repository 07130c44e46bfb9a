"""HTML to blocks: the main content, without navigation, scripts and page furniture."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ytempire.production.source.credits import Credits
from ytempire.production.source.document import Block
from ytempire.production.source.markdown import tidy

FURNITURE = (
    "script,style,noscript,template,svg,nav,aside,footer,form,button,iframe,figure,table,pre,"
    "[role=navigation],[role=banner],[role=contentinfo],[aria-hidden=true],[hidden],.nav,.menu,.sidebar,.ad"
)
TEXTUAL = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "blockquote"}
MAIN = ("main article", "article", "main", "[role=main]", "#content", "body")


def looks_like_html(text: str) -> bool:
    head = text[:2000].lstrip().lower()
    return head.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml")) or bool(
        re.match(r"<(?:h1|p|div|article|main|section|title|meta)\b", head) and "</" in text
    )


def html_page(text: str) -> tuple[str | None, Credits, list[Block]]:
    """The page's own title, the credits it names in its head, and its blocks."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    credits = _credits(tree)
    for node in tree.css(FURNITURE):
        node.decompose()
    found: list[Block] = []
    for selector in MAIN:
        root = tree.css_first(selector)
        if root is not None and len((root.text(deep=True) or "").split()) >= 20:
            found = _blocks(root)
            break
    return (tidy(title.text()) if title is not None else None), credits, found


def _blocks(root: LexborNode) -> list[Block]:
    blocks: list[Block] = []
    for node in root.traverse(include_text=False):
        if node.tag not in TEXTUAL or _has_block_parent(node, root):
            continue
        text = tidy(node.text(deep=True, separator=""))
        if not re.search(r"\w", text):
            continue
        if node.tag[0] == "h":
            blocks.append(Block(kind="heading", text=text, level=int(node.tag[1])))
        elif node.tag == "li":
            ordered = node.parent is not None and node.parent.tag == "ol"
            blocks.append(Block(kind="item", text=text, level=1, ordered=ordered))
        else:
            blocks.append(Block(kind="quote" if node.tag == "blockquote" else "paragraph", text=text))
    return blocks


def _has_block_parent(node: LexborNode, root: LexborNode) -> bool:
    """Whether an element around this one is taken as a whole (a paragraph within an item)."""
    parent = node.parent
    while parent is not None and parent.mem_id != root.mem_id:
        if parent.tag in TEXTUAL:
            return True
        parent = parent.parent
    return False


def _credits(tree: LexborHTMLParser) -> Credits:
    def content(selector: str) -> str | None:
        node = tree.css_first(selector)
        value = node.attributes.get("content") if node is not None else None
        return tidy(value) if value and value.strip() else None

    licence = content("meta[name=license],meta[name=licence],meta[name='dc.rights'],meta[name='dcterms.license']")
    link = tree.css_first("a[rel~=license],link[rel~=license]")
    if licence is None and link is not None:
        licence = tidy(link.text() or "") or link.attributes.get("href")
    author = content("meta[name=author],meta[name='dc.creator'],meta[property='article:author']")
    return Credits(attribution=content("meta[name=attribution],meta[name=copyright]") or author, licence=licence)
