"""HTML to blocks: the main content, without navigation, scripts and page furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ytempire.production.source.attribution import Credits
from ytempire.production.source.document import Block
from ytempire.production.source.text_cleanup import guarded, lowered, raised, tidy, without_notes

FURNITURE = (
    "script,style,noscript,template,svg,nav,aside,footer,button,iframe,pre,"
    "[role=navigation],[role=banner],[role=contentinfo],[aria-hidden=true],[hidden],.nav,.menu,.sidebar,.ad,"
    "[style*='display:none'],[style*='display: none'],"
    "form:not(:has(p,h1,article,main)),"  # some systems put the whole page into one form
    # What a browser shows only instead of something else, or not as text at all.
    "select,textarea,datalist,object,audio,video,canvas,map,dialog,[role=dialog],rt,rp,annotation,del,s,strike,"
    ".mw-editsection"
)
MAIN = ("main article", "article", "main", "[role=main]", "#content", "body")
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = """
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer form
    header hgroup hr legend li main menu ol p section summary table tbody td tfoot th thead tr ul
"""
BLOCKS = HEADINGS | frozenset(_BLOCKS.split())  # where a line begins and ends; the others run on within a line
_INLINE = """
    a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr output picture q s samp
    script small source span strike strong sub sup svg time tt u var video wbr input button audio iframe meter progress
    nav style template noscript object param pre ruby rb rt rp select option textarea html head title meta link
"""
_NAMES = BLOCKS | frozenset(_INLINE.split())
LONGEST_FRAGMENT = 100_000  # characters; the parser's time grows with the square of the depth
_FLAGS = frozenset(("hidden", "open", "checked", "disabled", "controls", "download", "async", "defer", "autoplay"))
_TAG = re.compile(r"</?([A-Za-z][\w-]*)((?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?)/?>", re.DOTALL)
_STARTS = re.compile(
    r"<(?:!doctype html|html|head|body|\?xml|(?:h[1-6]|p|div|article|main|section|title|meta|ul|ol|dl|table|header|"
    r"blockquote|center|font|span)\b)"
)


def looks_like_html(text: str, name: str) -> bool:
    """Whether a text is a page, told by its file's name and by how it begins."""
    head = re.sub(r"\A(?:\s|<!--.*?-->)+", "", text[:2000], flags=re.DOTALL).lower()
    begins = _STARTS.match(head)
    if name.lower().endswith((".html", ".htm", ".xhtml")):
        return True
    if begins is None or head.startswith(("<!doctype", "<html", "<head", "<body", "<?xml")):
        return begins is not None
    # Markdown may begin with a tag: its reader knows those.
    return "</" in text and not name.lower().endswith((".md", ".markdown", ".mdx"))


def html_page(text: str) -> tuple[str | None, Credits, list[Block]]:
    """The page's own title, the credits it names in its head, and its blocks."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    credits = _credits(tree)
    _clear(tree)
    root = _main_content(tree)
    blocks = _blocks(root) if root is not None else []
    return (tidy(title.text()) if title is not None else None), credits, blocks


def _main_content(tree: LexborHTMLParser) -> LexborNode | None:
    """What a page is about: its article, but of several that stand side by side what holds them all."""
    for selector in MAIN:
        root = tree.css_first(selector)
        if root is not None and (words := _words(root)) >= 20:
            beside = root.parent.iter() if root.tag == "article" and root.parent is not None else ()
            if 2 * words >= sum(_words(node) for node in beside if node.tag == "article"):
                return root
    return tree.body


def _words(node: LexborNode) -> int:
    return len((node.text(deep=True) or "").split())


def fragment_blocks(text: str) -> list[Block]:
    """The blocks of a piece of HTML that stands within another text; none of what nobody writes by hand."""
    if len(text) > LONGEST_FRAGMENT:
        return []
    tree = LexborHTMLParser(text)
    _clear(tree)
    return _blocks(tree.body) if tree.body is not None else []


def is_html_tag(text: str) -> bool:
    """Whether "<…>" is a tag or comment of HTML rather than a comparison (<b and c>) or a type's name (<String>)."""
    match = _TAG.fullmatch(text)
    if match is None:
        return text.startswith(("<!", "<?"))
    name, attributes = match.group(1).lower(), match.group(2).strip().rstrip("/").split("=")[0].split()
    return name in _NAMES and (
        not attributes or (len(attributes) == 1 and ("=" in match.group(2) or attributes[0].lower() in _FLAGS))
    )


def _clear(tree: LexborHTMLParser) -> None:
    for node in tree.css(FURNITURE):
        node.decompose()


def _blocks(root: LexborNode) -> list[Block]:
    """Every container's own text, once and in order: a block ends where another begins."""
    page = _Page()
    for node, opens in _steps(root):
        page.read(node, opens)
    page.end_block()
    return page.blocks


def _steps(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each node below `root` when it opens and when it closes, without recursion: pages nest thousands deep."""
    node = root.child
    while node is not None:
        yield node, True
        if node.child is not None:
            node = node.child
            continue
        yield node, False
        while node.next is None:
            parent = node.parent
            if parent is None or parent.mem_id == root.mem_id:
                return
            node = parent
            yield node, False
        node = node.next


@dataclass
class _Page:
    """What has been read of a page: the blocks that have ended, and the one under way."""

    blocks: list[Block] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    lists: list[bool] = field(default_factory=list)  # the open lists from the outside in: whether they are numbered
    held: list[int] = field(default_factory=list)  # where an open superscript or subscript begins
    open: dict[str, int] = field(default_factory=dict)
    linked: int = 0  # letters of the block under way that belong to links
    fresh_item: bool = False

    def read(self, node: LexborNode, opens: bool) -> None:
        tag = node.tag or ""
        if tag == "-text":
            if opens:
                self._append_text(node.text(deep=False) or "")
        elif tag in HEADINGS or (tag in BLOCKS and not self._within_heading):
            self.end_block()
            self._enter(tag, opens)
        elif tag in BLOCKS or tag == "br" or "-" in tag.strip("-"):
            # A break is a space, two are the gap between paragraphs; custom elements are words of their own.
            if opens and tag == "br" and "".join(self.parts).rstrip(" ").endswith("\n") and not self._within_heading:
                self.end_block()
            self.parts.append("\n" if tag == "br" and opens else " ")
        else:
            self._note_inline(node, tag, opens)

    def end_block(self) -> None:
        if not self.parts:
            return
        text = tidy(without_notes("".join(self.parts)))
        linked, self.linked = self.linked, 0
        self.parts.clear()
        self.held.clear()
        if not re.search(r"\w", text) or self._is_furniture(text, linked):
            return
        heading = next((tag for tag in HEADINGS if self.open.get(tag)), None)
        if heading:
            self.blocks.append(Block(kind="heading", text=text, level=int(heading[1])))
        elif self.fresh_item and self.lists:
            self.blocks.append(Block(kind="item", text=text, level=len(self.lists), ordered=self.lists[-1]))
            self.fresh_item = False
        else:
            self.blocks.append(Block(kind="quote" if self.open.get("blockquote") else "paragraph", text=text))

    @property
    def _within_heading(self) -> bool:
        return any(self.open.get(tag) for tag in HEADINGS)

    def _enter(self, tag: str, opens: bool) -> None:
        self.open[tag] = self.open.get(tag, 0) + (1 if opens else -1)
        if tag in {"ul", "ol", "menu", "dir"}:
            if opens:
                self.lists.append(tag == "ol")
            elif self.lists:
                self.lists.pop()
        if tag == "li":
            self.fresh_item = opens

    def _append_text(self, text: str) -> None:
        words = re.sub(r"[ \t\n\r\f]+", " ", text)
        if words[:1].isupper() and self.parts and re.search(r"[a-z][.!?]$", self.parts[-1]):
            self.parts.append(" ")  # sentences that only a style keeps apart
        self.parts.append(guarded(words) if self.open.get("code") else words)
        if self.open.get("a"):
            self.linked += len(words.strip())

    def _note_inline(self, node: LexborNode, tag: str, opens: bool) -> None:
        if tag in {"a", "code", "kbd", "samp"}:
            name = "a" if tag == "a" else "code"
            self.open[name] = self.open.get(name, 0) + (1 if opens else -1)
        if tag not in {"sup", "sub"}:
            return
        if opens:
            self.held.append(len(self.parts))
        elif self.held:
            start = self.held.pop()
            inner = "".join(self.parts[start:])
            is_note = tag == "sup" and node.css_first("a") is not None  # a number that leads to a note
            self.parts[start:] = ["" if is_note else raised(inner) if tag == "sup" else lowered(inner)]

    def _is_furniture(self, text: str, linked: int) -> bool:
        """Cells hold figures and names, which cannot be narrated, unless they hold sentences; so do bare links."""
        if self._within_heading:
            return False
        if self.open.get("td") or self.open.get("th"):
            return not re.search(r"\w+\W+\w+\W+\w+.*[.!?][\"”’)]*(?:\s|$)", text)
        bare = not any(self.open.get(tag) for tag in ("p", "li", "blockquote", "dd", "dt"))
        return bare and linked >= len(text) - 2 > 0


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
