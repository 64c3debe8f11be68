"""Every variable that the program or the compose file reads is explained in docs/how-to/operate.md."""

import ast
import re
from pathlib import Path

from readinggroup.settings.log_ins import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
READERS = {"get", "_flag", "_names"}
LAUNCHER = {"HOST", "PORT", "PYTHON", "YES"}


def variables_of_settings() -> set[str]:
    tree = ast.parse((ROOT / "readinggroup" / "settings" / "base.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return VARIABLES | {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and (getattr(call.func, "attr", "") in READERS or getattr(call.func, "id", "") in READERS)
    }


def variables_of_compose() -> set[str]:
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def explained() -> set[str]:
    rows = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "how-to" / "operate.md").read_text(), re.MULTILINE)
    return set(rows)


def test_every_variable_is_explained_and_none_is_invented() -> None:
    read = variables_of_settings() | variables_of_compose() | LAUNCHER

    assert len(variables_of_settings()) > 10
    assert explained() == read


def test_example_of_an_environment_has_what_compose_reads() -> None:
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert offered == variables_of_compose() - {"SECRET_KEY_FALLBACKS"}
