"""One small mistake at a time: the sources that differ from a module in a single operator, constant or branch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A module's source with one change; `what` says which, `before` and `after` are the line that it is in."""

    source: str
    line: int
    what: str
    before: str
    after: str


def mutants(source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    plain = ast.unparse(tree)
    for node in list(_code(tree)):
        for line, what in _changes(node):
            changed = ast.unparse(tree)
            pairs = zip(plain.splitlines(), changed.splitlines(), strict=True)
            before, after = next((old.strip(), new.strip()) for old, new in pairs if old != new)
            yield Mutant(changed, line, what, before, after)


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs: annotations, decorators and docstrings are left alone."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "bases"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_text(child):
                yield child
                yield from _code(child)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: Any) -> Iterator[tuple[int, str]]:
    """Changes `node` in place, one way after the other; each is undone before the next."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in SWAPS:
                node.ops[place] = SWAPS[type(operator)]()  # type: ignore[call-overload]
                yield node.lineno, f"{type(operator).__name__} -> {type(node.ops[place]).__name__}"
                node.ops[place] = operator
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
        was, node.op = node.op, SWAPS[type(node.op)]()
        yield node.lineno, f"{type(was).__name__} -> {type(node.op).__name__}"
        node.op = was
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        was = node.value
        node.value = not was if isinstance(was, bool) else was + 1
        yield node.lineno, f"{was} -> {node.value}"
        node.value = was
    elif isinstance(node, ast.If | ast.IfExp | ast.comprehension):
        yield from _negated(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        was = node.operand
        node.operand = ast.UnaryOp(ast.Not(), was)
        yield node.lineno, "not -> "
        node.operand = was
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        was, node.value = node.value, ast.Constant(None)
        yield node.lineno, "return ... -> return None"
        node.value = was


def _negated(node: Any) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.comprehension):
        for place, was in enumerate(node.ifs):
            node.ifs[place] = ast.Constant(True)
            yield was.lineno, "filter dropped"
            node.ifs[place] = was
        return
    was, node.test = node.test, ast.UnaryOp(ast.Not(), node.test)
    yield was.lineno, "condition negated"
    node.test = was
