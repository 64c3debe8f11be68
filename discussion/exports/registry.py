"""Every form in which a discussion can be had, in the order in which its page offers them."""

from collections.abc import Callable
from dataclasses import dataclass

from discussion.exports import json_document, markdown
from discussion.exports.sheet import TalkSheet


@dataclass(frozen=True, slots=True)
class Export:
    """A format: `name` stands in addresses and is the file's suffix, `label` on links."""

    name: str
    label: str
    content_type: str
    render: Callable[[TalkSheet], bytes]


EXPORTS: dict[str, Export] = {
    export.name: export
    for export in (
        Export("md", "Markdown", "text/markdown; charset=utf-8", markdown.render),
        Export("json", "JSON", "application/json", json_document.render),
    )
}
