"""The agenda as Markdown: as a group's own template has it, or in the standard form."""

from meetings.exports.markdown.document import render
from meetings.exports.markdown.template import STANDARD, TemplateProblem, drawn
from meetings.exports.markdown.year import YearSheet, render_year

__all__ = ["STANDARD", "TemplateProblem", "YearSheet", "drawn", "render", "render_year"]
