# SPDX-License-Identifier: Apache-2.0
"""The oracle against the worked example, and against answers derived by hand from the design."""

import pytest

from tests.oracle.example_files import EXAMPLES, read_documents, read_yaml
from tests.oracle.oracle import decide

EXPECTED = read_yaml(EXAMPLES / "expected.yaml")
BEYOND_THE_ORACLE = ("standing", "plan")


@pytest.mark.parametrize("name", EXPECTED)
def test_the_worked_example_comes_out_as_written(name):
    decision = decide(read_yaml(EXAMPLES / f"{name}.request.yaml"), read_documents())

    expected = {key: value for key, value in EXPECTED[name].items() if key not in BEYOND_THE_ORACLE}
    assert {key: decision[key] for key in expected} == expected
