"""The agenda as PDF, set by Typst from a document of ours; what people wrote goes in as data, never as markup.

Tagged for screen readers, with title and language; PDF/UA-1 is claimed wherever Typst's own checks let it pass.
"""

from meetings.exports.pdf.document import PAPERS, render_on

__all__ = ["PAPERS", "render_on"]
