"""Text that people and files bring, as HTML that is safe to put on a page.

The only package that marks text as safe. Text is escaped first and marked up by us (`tex`, `lines`, `comments`); the
whole then passes an allow-list (`safe`).
"""

from core.text.comments import CommentText, Known, comment_text, markdown_html, unmarked
from core.text.lines import abstract_html, inline_html, marked_html
from core.text.safe import drawing, stored_html
from core.text.tex import plain_text

__all__ = [
    "CommentText",
    "Known",
    "abstract_html",
    "comment_text",
    "drawing",
    "inline_html",
    "markdown_html",
    "marked_html",
    "plain_text",
    "stored_html",
    "unmarked",
]
