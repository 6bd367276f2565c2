# SPDX-License-Identifier: Apache-2.0
"""The explorer: one question a page, and an answer that anyone can recheck."""
