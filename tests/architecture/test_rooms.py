"""What the import contract cannot say: core's closed list, bare apps, and views that call only guarded functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from readinggroup.public import PUBLIC_VIEWS

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "api", "core", "discussion", "groups", "meetings", "notifications", "papers", "readinggroup"]
VIEWS = sorted(path for app in APPS for pattern in ("views.py", "views/*.py") for path in (ROOT / app).glob(pattern))
VIEWS += [
    ROOT / "readinggroup" / name for name in ("arriving.py", "home.py", "own_data/views.py", "whole_group/views.py")
]

CORE = {
    "__init__.py",
    "among.py",
    "answers.py",
    "apps.py",
    "authors.py",
    "categories.py",
    "changes.py",
    "citing.py",
    "clock.py",
    "data",
    "columns.py",
    "drawing.py",
    "errors.py",
    "feed_marks.py",
    "formulas.py",
    "html_reading.py",
    "ids.py",
    "jinja.py",
    "json_reading.py",
    "keeping.py",
    "leases.py",
    "limits.py",
    "mailing.py",
    "markdown_reading.py",
    "marking.py",
    "middleware.py",
    "names.py",
    "open_internet.py",
    "prepared.py",
    "references.py",
    "scanning.py",
    "styles.py",
    "tables.py",
    "text",
    "unpacking.py",
    "wake.py",
    "wording.py",
    "xml_reading.py",
}


def names(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_core_is_a_closed_list() -> None:
    present = {path.name for path in (ROOT / "core").iterdir() if path.name != "__pycache__"}

    assert present == CORE


@pytest.mark.parametrize("app", APPS)
def test_app_configuration_imports_nothing_of_ours_but_its_checks(app: str) -> None:
    path = ROOT / app / "apps.py"
    imported = {
        f"{node.module}" if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert imported <= {"django.apps", f"{app}.checks"}


def function_reads(module: ast.AST) -> Iterator[ast.Attribute]:
    """Yield every mention of a function of `actions` or `queries`; classes and constants begin with a capital."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id in {"actions", "queries"} and node.attr[0].islower():
            yield node


def says_who(call: ast.Call, function: ast.AST) -> bool:
    """Tell whether the call passes `by=request.user`, in its place or in a dict made in the same function."""
    for keyword in call.keywords:
        if keyword.arg == "by":
            return ast.unparse(keyword.value) == "request.user"
        if keyword.arg is None and any("'by': request.user" in value for value in values_of(keyword.value, function)):
            return True
    return False


def values_of(name: ast.expr, function: ast.AST) -> list[str]:
    """Return the source of everything that the function assigns to the name."""
    assignments = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    return [ast.unparse(node.value) for node in assignments if ast.unparse(node.targets[0]) == ast.unparse(name)]


def unguarded(path: Path) -> list[str]:
    """Return the mentions of actions and queries that are not called in the name of the person who asks."""
    found = []
    for function in ast.walk(tree(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        guarded = {ast.unparse(call.func) for call in calls if says_who(call, function)}
        bare = {ast.unparse(call.func) for call in calls if not says_who(call, function)}
        aliases = {
            ast.unparse(read): ast.unparse(node.targets[0])
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call)
            for read in function_reads(node.value)
        }
        for read in function_reads(function):
            called = aliases.get(ast.unparse(read), ast.unparse(read))
            if called not in guarded or called in bare:
                found.append(f"{names(path)}:{read.lineno} {ast.unparse(read)}")
    return found


@pytest.mark.parametrize("path", VIEWS, ids=names)
def test_views_call_only_functions_that_know_who_asks(path: Path) -> None:
    assert unguarded(path) == []


@pytest.mark.parametrize("path", VIEWS, ids=names)
def test_views_reach_actions_and_queries_by_their_module(path: Path) -> None:
    """So that the check above sees every call; `readinggroup/home.py` may name the one query it needs."""
    imported = [
        f"from {node.module} import {alias.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[-1] in {"actions", "queries"}
        for alias in node.names
        if alias.name[0].islower() and alias.name != "groups_of"
    ]

    assert imported == []


@pytest.mark.parametrize(
    ("source", "sees"),
    [
        ("def v(request):\n    queries.page(by=request.user, slug=1)", 0),
        ("def v(request):\n    queries.page(slug=1)", 1),
        ("def v(request):\n    queries.page(by=other)", 1),
        ("def v(request):\n    f = actions.a if x else actions.b\n    f(by=request.user)", 0),
        ("def v(request):\n    f = actions.a if x else actions.b\n    f(1)", 2),
        ("def v(request):\n    who = {'by': request.user}\n    actions.a(**who)", 0),
        ("def v(request):\n    who = {'slug': 1}\n    actions.a(**who)", 1),
        ("def v(request):\n    g(actions.a)", 1),
        ("def v(request):\n    queries.ROLES", 0),
    ],
)
def test_the_check_of_views_sees_what_it_should(tmp_path: Path, source: str, sees: int) -> None:
    path = tmp_path / "views.py"
    path.write_text(source, encoding="utf-8")

    assert len(unguarded(path)) == sees


def all_view_names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name:
                yield prefix + entry.name
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from all_view_names(entry, inner)


def test_every_public_view_exists() -> None:
    assert PUBLIC_VIEWS - set(all_view_names(get_resolver())) == set()
