# SPDX-License-Identifier: Apache-2.0
"""Marking: what people judge and machines measure, on one rubric; and how far such marks, gauges and comparisons can be relied on."""
