"""The agenda as a document for Word, LibreOffice and their like: headings, links and formulas of their own kind."""

from meetings.exports.docx.document import render

__all__ = ["render"]
