# SPDX-License-Identifier: Apache-2.0
"""``python -m touchstone`` is ``touchstone``."""

from touchstone.cli import main

main()
