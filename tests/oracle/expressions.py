# SPDX-License-Identifier: Apache-2.0
"""The expression language: its leaves, their names, and what a tree is worth once its leaves are settled."""

GROUPS = ("all_of", "any_of")


def children(expression):
    """The expressions directly below a node; a leaf or a pool has none."""
    for group in GROUPS:
        if group in expression:
            return expression[group]
    return expression["at_least"]["of"] if "at_least" in expression else []


def nodes(expression):
    """The node and everything below it."""
    yield expression
    for child in children(expression):
        yield from nodes(child)


def is_group(expression):
    """Whether a node only joins others."""
    return any(group in expression for group in (*GROUPS, "at_least"))


def leaves(expression):
    """Every leaf, without the pools."""
    return [node for node in nodes(expression) if not is_group(node) and "credits" not in node]


def pools(expression):
    """Every `credits` node's content."""
    return [node["credits"] for node in nodes(expression) if "credits" in node]


def name(leaf):
    """The name of a leaf's fact, which is also its token in missing sets (8.3, 9.1)."""
    if "unit" in leaf:
        return leaf["unit"]
    if "holds" in leaf:
        return f"holds:{leaf['holds']}"
    if "person" in leaf:
        return f"person:{leaf['person']['fact']}"
    if "training" in leaf:
        return f"training:{leaf['training']['framework']}:{leaf['training']['hours']}"
    asked = leaf["experience"]
    return f"experience:{asked.get('occupation', asked.get('area'))}:{asked['months']}"


def is_true(expression, leaf_is_true, pool_holds):
    """Two-valued truth of a tree whose leaves and pools are settled."""
    if "all_of" in expression:
        return all(is_true(child, leaf_is_true, pool_holds) for child in expression["all_of"])
    if "any_of" in expression:
        return any(is_true(child, leaf_is_true, pool_holds) for child in expression["any_of"])
    if "at_least" in expression:
        trues = sum(is_true(child, leaf_is_true, pool_holds) for child in expression["at_least"]["of"])
        return trues >= expression["at_least"]["count"]
    if "credits" in expression:
        return pool_holds(expression["credits"])
    return leaf_is_true(expression)
