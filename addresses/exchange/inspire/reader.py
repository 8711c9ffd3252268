"""Reads the features of a GML file one by one, and trusts none of it.

No DTD, no entities, no network, no file but the one that was accepted; bounded depth and size.
"""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree

from addresses.conf import CONF
from addresses.exchange.errors import ImportRefused
from addresses.exchange.files import SourceFile
from addresses.exchange.inspire.names import FAMILIES, XLINK, XSI, tag

_MEMBERS = frozenset({"member", "featureMember", "featureMembers", "members"})


def features(source: SourceFile, wanted: frozenset[str]) -> Iterator[tuple[etree._Element, str]]:
    """The features with the wanted names, and the coordinate system that the file declares for all.

    An element is valid until the next one is asked for. Refuses what is no well-formed XML, has a
    document type, or is nested or large beyond all use.
    """
    if source.path.stat().st_size > CONF.gml_bytes:
        raise ImportRefused("file", _("it is larger than %s bytes.") % f"{CONF.gml_bytes:,}")
    with source.path.open("rb") as stream:
        events: Any = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            yield from _walk(events, wanted, stream)
        except etree.XMLSyntaxError as error:
            reason = " ".join(str(error).split())
            raise ImportRefused("file", _("it is no well-formed XML: %s.") % reason) from error


def _walk(
    events: Any, wanted: frozenset[str], stream: IO[bytes]
) -> Iterator[tuple[etree._Element, str]]:
    depth = size = 0
    freed = 0  # up to where the file has been read and let go
    inside = 0  # depth of the feature that is being read, 0 between features
    declared = ""
    for event, element in events:
        if event == "start":
            depth += 1
            size += 1
            if depth == 1:
                _check_root(element)
            _check_bounds(depth, size, stream.tell() - freed, element)
            if not inside and depth > 1 and is_feature(element, wanted):
                inside = depth
            if not inside and not declared:
                declared = element.get("srsName") or ""
            continue
        if depth == inside:
            yield element, declared
            inside = 0
        if not inside and depth > 1 and _forget(element):
            size, freed = 0, stream.tell()
        depth -= 1


def _check_root(root: etree._Element) -> None:
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise ImportRefused("file", _("it has a document type, which no exchange file needs."))


def _check_bounds(depth: int, size: int, held: int, element: etree._Element) -> None:
    """`held` are the bytes of the file that are in memory."""
    if depth > CONF.gml_depth:
        raise ImportRefused(
            "file",
            _("line %(line)s is nested deeper than %(most)s elements.")
            % {"line": element.sourceline, "most": CONF.gml_depth},
        )
    if size > CONF.gml_elements:
        raise ImportRefused(
            "file",
            _("line %(line)s: one feature has more than %(most)s elements.")
            % {"line": element.sourceline, "most": f"{CONF.gml_elements:,}"},
        )
    if held > CONF.gml_feature_bytes:
        raise ImportRefused(
            "file",
            _("line %(line)s: one feature has more than %(most)s bytes.")
            % {"line": element.sourceline, "most": f"{CONF.gml_feature_bytes:,}"},
        )


def _forget(element: etree._Element) -> bool:
    """Frees what has been read: the element's content and the siblings before it."""
    parent = element.getparent()
    if parent is None or (local(parent) not in _MEMBERS and local(element) not in _MEMBERS):
        return False
    element.clear()
    while element.getprevious() is not None:
        del parent[0]
    return True


def is_feature(element: etree._Element, wanted: frozenset[str]) -> bool:
    """Whether an element is one of the wanted features of INSPIRE, of whichever version."""
    namespace, _brace, name = str(element.tag).rpartition("}")
    return name in wanted and namespace[1:].startswith(FAMILIES)


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element down a path of local names, or None."""
    for name in path:
        element = (
            next((e for e in element if local(e) == name), None) if element is not None else None
        )
    return element


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return (e for e in element if local(e) == name)


def text(element: etree._Element | None, *path: str) -> str | None:
    """The text at the end of a path, None where there is none or where it is void."""
    found = child(element, *path)
    if found is None or found.get(tag(XSI, "nil")) == "true":
        return None
    return (found.text or "").strip() or None


def href(element: etree._Element | None) -> str:
    """What a reference points to, "" without one."""
    return "" if element is None else (element.get(tag(XLINK, "href")) or "")


def last(uri: str) -> str:
    """The last part of the URI of a code list's value."""
    return uri.rstrip("/").rpartition("/")[2].rpartition(":")[2]
