"""Modules are laid on one another, and never in a circle: each can be read after those that it imports."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp


def test_no_module_of_the_node_imports_what_imports_it_not_even_inside_a_function():
    graph = grimp.build_graph("touchstone_server", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 100
    TopologicalSorter(imports).prepare()  # a circle is an error that names it
