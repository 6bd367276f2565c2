# SPDX-License-Identifier: Apache-2.0
"""Evaluation of organisations by indicator systems: scored, explained, and computed again by anyone.

The methods need numpy (the extra ``evaluation``), so nothing is imported here: take what you need from its module
(:mod:`~touchstone.evaluation.evaluating`, :mod:`~touchstone.evaluation.lint`, :mod:`~touchstone.evaluation.report`).
"""
