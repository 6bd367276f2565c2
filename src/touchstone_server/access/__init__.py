# SPDX-License-Identifier: Apache-2.0
"""Who may do what: one table of rules, asked before every action and mirrored by every list."""
