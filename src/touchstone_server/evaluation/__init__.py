# SPDX-License-Identifier: Apache-2.0
"""Evaluation on a node: what the core computes and writes down, set as PDF."""
