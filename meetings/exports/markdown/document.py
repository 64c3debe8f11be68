"""Which of the two forms is drawn."""

from meetings.exports.markdown import standard
from meetings.exports.markdown.template import TemplateProblem, drawn
from meetings.exports.sheet import AgendaSheet


def render(sheet: AgendaSheet) -> bytes:
    """Draw the agenda as CommonMark in UTF-8.

    A group's template that fails for just this agenda costs nobody the agenda: the standard form follows a comment,
    which readers of the result do not see, that says what is wrong.
    """
    if not sheet.template:
        return standard.render(sheet)
    try:
        return drawn(sheet.template, sheet).encode()
    except TemplateProblem as problem:
        said = str(problem).replace("--", "- -").replace("<", "").replace(">", "")
        return f"<!-- The group's template was not used. {said} -->\n\n".encode() + standard.render(sheet)
