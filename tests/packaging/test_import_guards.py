"""Who may import whom: `envs → dialogue_gym ← agents ← dialogue_gym.cli`, and never by bare names of root folders."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def imported_names(node: ast.AST, *, into_functions: bool) -> Iterator[str]:
    """Yields every name that a piece of code imports, as a dotted path."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif into_functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imported_names(child, into_functions=into_functions)


def imports_of(folder: str, target: str, *, into_functions: bool) -> list[str]:
    """Lists the files below a root folder that import a package or anything in it."""
    return [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported_names(ast.parse(path.read_text()), into_functions=into_functions)
        if f"{name}.".startswith(f"{target}.")
    ]


@pytest.mark.parametrize("statement", ["import {0}", "from {0} import anything", "import {0}.anything"])
@pytest.mark.parametrize("name", ["envs", "agents"])
def test_bare_import_names_the_right_package(name: str, statement: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {statement.format(name)}"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    error = process.stderr.splitlines()[-1]
    assert process.returncode == 1
    assert error.startswith("ImportError")
    assert f"dialogue_gym.{name}" in error


@pytest.mark.parametrize(("folder", "other"), [("envs", "agents"), ("agents", "envs")])
def test_environments_and_agents_do_not_import_each_other(folder: str, other: str) -> None:
    assert imports_of(folder, f"dialogue_gym.{other}", into_functions=True) == []


@pytest.mark.parametrize("package", ["dialogue_gym.envs", "dialogue_gym.agents"])
def test_core_loads_neither_environments_nor_agents(package: str) -> None:
    """The core may reach for them inside a function; what it loads by itself stays free of both."""
    core = {path.name for path in (ROOT / "dialogue_gym").iterdir() if not path.is_symlink()} - {"cli"}
    found = imports_of("dialogue_gym", package, into_functions=False)
    assert [path for path in found if Path(path).parts[1] in core] == []


def test_nobody_imports_the_command_line_but_its_entry() -> None:
    """It stands on top of everything: commands are made from what agents and core offer."""
    found = [
        path
        for root in ("agents", "dialogue_gym", "envs")
        for path in imports_of(root, "dialogue_gym.cli", into_functions=True)
    ]
    others = {path for path in found if Path(path).parts[:2] != ("dialogue_gym", "cli")}
    assert others == {"dialogue_gym/__main__.py"}
