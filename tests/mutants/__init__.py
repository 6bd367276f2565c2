# SPDX-License-Identifier: Apache-2.0
"""Planted mistakes: each is one textual change to the core that the fast tests must notice.

`python -m tests.mutants` plants them all, one by one, and prints which were found.
"""
