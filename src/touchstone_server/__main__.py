# SPDX-License-Identifier: Apache-2.0
"""``python -m touchstone_server``: serve the pages, or with a word behind it whatever ``touchstone-node`` can do."""

from __future__ import annotations

import sys

from touchstone_server.node.command import main

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.argv.append("serve")
    main()
