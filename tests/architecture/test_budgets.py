"""Small rooms: a file or function past its budget is split, not excused."""

import ast
from pathlib import Path

import pytest

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 150
MODULES = [*sorted(Path("app").rglob("*.py")), Path("config.py")]
TEMPLATES = sorted(Path("templates").rglob("*.html"))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_modules_and_functions_stay_small(path):
    source = path.read_text("utf-8")
    assert source.count("\n") <= FILE_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < FUNCTION_LINES, node.name


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_stay_small(path):
    assert path.read_text("utf-8").count("\n") <= TEMPLATE_LINES
