# SPDX-License-Identifier: Apache-2.0
"""Demand: what enterprises need, stated on the competency list, and who could meet it."""
