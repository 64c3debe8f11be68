"""A group's own form of the agenda, in the notation of Jinja2.

Jinja2 only parses it. What runs is the small interpreter below: it looks names up in plain dictionaries made of the
sheet, knows loops, conditions and four filters, and counts every step and sign. There are no attributes, calls or
arithmetic to reach anything with, and nothing that grows by itself. What comes from the sheet is escaped for Markdown
when it is written; what the template says itself stands as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from jinja2 import Environment, TemplateSyntaxError, nodes

from core import limits
from meetings.exports.markdown.standard import escape, typeset
from meetings.exports.sheet import AgendaSheet, SheetItem

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value] | None"
Names: TypeAlias = Mapping[str, Value]

STANDARD = """\
# {{ title }}

{% if state %}
**{{ state }}**

{% endif %}
- Group: {{ group }}
- When: {{ when }}
{% if place %}
- Place: {{ place }}
{% endif %}
{% if link %}
- Video: <{{ link }}>
{% endif %}
- Agenda: <{{ page }}>
- Time: {{ balance }}

{% for item in items %}
## {{ item.number }}. {{ item.title }}

- Time: {{ item.clock }}, {{ item.minutes }} min
{% if item.presenter %}
- Presenter: {{ item.presenter }}
{% endif %}
{% if item.co_presenters %}
- Also presents: {{ item.co_presenters | join(", ") }}
{% endif %}
{% for one in item.roles %}
- {{ one.role }}: {{ one.name }}
{% endfor %}
{% if item.authors %}
- Authors: {{ item.authors | join(", ") }}
{% endif %}
{% if item.paper_link %}
- Paper: {{ item.id }} <{{ item.paper_link }}>
{% endif %}
{% if item.reason %}
- Why: {{ item.reason }}
{% endif %}
{% if item.cue %}
- Before the meeting: {{ item.cue }}
{% endif %}
{% if item.question %}
- To discuss: {{ item.question }}
{% endif %}
{% if item.slides %}
- Slides: <{{ item.slides }}>
{% endif %}
{% if item.note %}
- Note: {{ item.note }}
{% endif %}

{% endfor %}
"""


class TemplateProblem(Exception):
    """What is wrong with a template, on which line, in a sentence for whoever writes it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line


class Name(str):
    """A name or another plain text of the sheet."""


class Sentence(str):
    """A text of the sheet that may have formulas."""


class Address(str):
    """An address of the sheet."""


def drawn(source: str, sheet: AgendaSheet) -> str:
    """Draw the sheet by the template. Raises TemplateProblem."""
    try:
        return "".join(_Drawing().body(_parsed(source).body, _names(sheet)))
    except RecursionError as error:
        raise TemplateProblem(1, "The template has too much inside each other.") from error


def _parsed(source: str) -> nodes.Template:
    if len(source) > limits.TEMPLATE_CHARS:
        raise TemplateProblem(
            1, f"A template has at most {limits.TEMPLATE_CHARS:,} characters; this has {len(source):,}."
        )
    try:
        return Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True).parse(source)  # noqa: S701
    except TemplateSyntaxError as error:
        raise TemplateProblem(error.lineno, f"{(error.message or 'This cannot be read').rstrip('.')}.") from error


def _names(sheet: AgendaSheet) -> Names:
    return {
        "group": Name(sheet.group),
        "title": Sentence(sheet.title),
        "when": Name(sheet.when),
        "date": Name(f"{sheet.starts_at:%Y-%m-%d}"),
        "clock": Name(f"{sheet.starts_at:%H:%M}"),
        "zone": Name(sheet.zone),
        "minutes": sheet.minutes,
        "planned_minutes": sheet.planned_minutes,
        "balance": Name(sheet.balance),
        "place": Name(sheet.place),
        "link": _address(sheet.link),
        "page": _address(sheet.page),
        "state": Name(sheet.state_shown),
        "items": [_item_names(sheet, item) for item in sheet.items],
    }


def _item_names(sheet: AgendaSheet, item: SheetItem) -> Names:
    return {
        "number": item.number,
        "kind": Name(item.kind),
        "clock": Name(sheet.clock(item)),
        "minutes": item.minutes,
        "title": Sentence(item.title),
        "presenter": Name(item.presenter_shown),
        "co_presenters": [Name(one) for one in item.co_presenters],
        "roles": [{"role": Name(role), "name": Name(name)} for role, name in item.roles],
        "authors": [Name(one) for one in _authors(item)],
        "id": Name(item.identifier),
        "paper_link": _address(item.paper_link),
        "page_link": _address(item.page_link),
        "categories": [Name(one) for one in item.categories],
        "votes": item.votes,
        "reason": Sentence(item.because),
        "cue": Sentence(item.cue),
        "question": Sentence(item.question),
        "note": Sentence(item.note),
        "summary": Sentence(item.summary),
        "slides": _address(item.slides),
    }


def _authors(item: SheetItem) -> Sequence[str]:
    if item.kind == "topic":
        return ()
    return item.authors if item.authors_known else (item.authors_shown(),)


def _address(address: str | None) -> Address:
    """Return an address that cannot close the brackets around it."""
    return Address((address or "").replace("(", "%28").replace(")", "%29"))


@dataclass(slots=True)
class _Drawing:
    """One run over a template, with what it has used up."""

    steps: int = 0
    written: int = 0

    def body(self, statements: Sequence[nodes.Node], names: Names) -> Iterator[str]:
        for statement in statements:
            self._step(statement)
            if isinstance(statement, nodes.Output):
                yield from (self._write(part, names) for part in statement.nodes)
            elif isinstance(statement, nodes.For):
                yield from self._loop(statement, names)
            elif isinstance(statement, nodes.If):
                yield from self._choice(statement, names)
            else:
                raise _foreign(statement)

    def _loop(self, loop: nodes.For, names: Names) -> Iterator[str]:
        if not isinstance(loop.target, nodes.Name) or loop.test or loop.recursive:
            raise TemplateProblem(loop.lineno, "A loop is written: for item in items.")
        values = self.value(loop.iter, names)
        if not isinstance(values, list | tuple):
            raise TemplateProblem(loop.lineno, "Only items, authors and categories can be gone through.")
        for index, value in enumerate(values):
            place = {"index": index + 1, "first": index == 0, "last": index == len(values) - 1}
            yield from self.body(loop.body, {**names, loop.target.name: value, "loop": place})
        if not values:
            yield from self.body(loop.else_, names)

    def _choice(self, choice: nodes.If, names: Names) -> Iterator[str]:
        for one in (choice, *choice.elif_):
            if self.value(one.test, names):
                yield from self.body(one.body, names)
                return
        yield from self.body(choice.else_, names)

    def _write(self, part: nodes.Expr, names: Names) -> str:
        text = part.data if isinstance(part, nodes.TemplateData) else _escaped(self.value(part, names), part.lineno)
        self.written += len(text)
        if self.written > limits.TEMPLATE_DRAWN_CHARS:
            raise _too_long(part)
        return text

    def value(self, expression: nodes.Node, names: Names) -> Any:
        """Return what an expression stands for. Raises TemplateProblem."""
        self._step(expression)
        match expression:
            case nodes.Const():
                return expression.value
            case nodes.Name():
                return _looked_up(names, expression.name, expression.lineno)
            case nodes.Getattr():
                return self._inside(expression, expression.attr, names)
            case nodes.Filter():
                return self._filtered(expression, names)
            case nodes.Not():
                return not self.value(expression.node, names)
            case nodes.And():
                return self.value(expression.left, names) and self.value(expression.right, names)
            case nodes.Or():
                return self.value(expression.left, names) or self.value(expression.right, names)
            case nodes.Compare():
                return self._compared(expression, names)
            case nodes.CondExpr():
                chosen = expression.expr1 if self.value(expression.test, names) else expression.expr2
                return "" if chosen is None else self.value(chosen, names)
        raise _foreign(expression)

    def _inside(self, expression: nodes.Getattr, name: str, names: Names) -> Value:
        outer = self.value(expression.node, names)
        if not isinstance(outer, Mapping):
            raise TemplateProblem(expression.lineno, f"There is nothing named {name} in it.")
        return _looked_up(outer, name, expression.lineno)

    def _filtered(self, expression: nodes.Filter, names: Names) -> Value:
        if expression.node is None:  # a whole block, filtered
            raise _foreign(expression)
        given = [self.value(argument, names) for argument in expression.args]
        known = _FILTERS.get(expression.name)
        if known is None or expression.kwargs or expression.dyn_args or expression.dyn_kwargs:
            raise TemplateProblem(expression.lineno, f"The filters are {', '.join(_FILTERS)}; not {expression.name}.")
        try:
            return known(self.value(expression.node, names), *given)
        except TypeError as error:
            raise TemplateProblem(expression.lineno, f"The filter {expression.name} cannot be used so.") from error
        except OverflowError as error:
            raise _too_long(expression) from error

    def _compared(self, expression: nodes.Compare, names: Names) -> bool:
        left = self.value(expression.expr, names)
        for operand in expression.ops:
            right = self.value(operand.expr, names)
            compare = _COMPARISONS.get(operand.op)
            if compare is None:
                raise _foreign(expression)
            try:
                if not compare(left, right):
                    return False
            except TypeError as error:
                raise TemplateProblem(expression.lineno, "These two cannot be compared.") from error
            left = right
        return True

    def _step(self, node: nodes.Node) -> None:
        self.steps += 1
        if self.steps > limits.TEMPLATE_STEPS:
            raise TemplateProblem(node.lineno, f"The template takes more than {limits.TEMPLATE_STEPS:,} steps.")


def _looked_up(names: Names, name: str, line: int) -> Value:
    if name not in names:
        raise TemplateProblem(line, f"There is no {name[:40]} here. There are {', '.join(sorted(names))}.")
    return names[name]


def _escaped(value: Value, line: int) -> str:
    match value:
        case Name():
            return escape(value)
        case Sentence():
            return typeset(value)
        case str():
            return str(value)
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
    raise TemplateProblem(line, "A list cannot be written as it is: go through it, or join it.")


def _joined(values: Sequence[Value], separator: str = ", ") -> str:
    if isinstance(values, str) or not isinstance(separator, str):
        raise TypeError
    between, parts = _escaped(separator, 0), [_escaped(value, 0) for value in values]
    if sum(map(len, parts)) + len(between) * len(parts) > limits.TEMPLATE_DRAWN_CHARS:
        raise OverflowError
    return between.join(parts)


def _limited(values: Sequence[Value], most: int) -> Sequence[Value]:
    if isinstance(values, str):
        raise TypeError
    return values[: max(most, 0)]


def _length(values: Sequence[Value]) -> int:
    if isinstance(values, int):
        raise TypeError
    return len(values)


_FILTERS: dict[str, Callable[..., Value]] = {
    "join": _joined,
    "limit": _limited,
    "length": _length,
    "default": lambda value, instead="": value or instead,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: bool(left > right),
    "gteq": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "lteq": lambda left, right: bool(left <= right),
}


def _too_long(node: nodes.Node) -> TemplateProblem:
    return TemplateProblem(node.lineno, f"What is drawn has more than {limits.TEMPLATE_DRAWN_CHARS:,} characters.")


def _foreign(node: nodes.Node) -> TemplateProblem:
    kind = type(node).__name__
    return TemplateProblem(node.lineno, f"Templates have names, for, if and filters; not this ({kind}).")
