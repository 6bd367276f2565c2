# SPDX-License-Identifier: Apache-2.0
"""Practice evidence: machines measure, people judge.

What measures something returns a :class:`~touchstone.practice.report.Report`: figures with units and uncertainty, and verdicts. What a
machine cannot settle goes to a person (*indeterminate*); what it cannot measure is never marked zero (*not_measurable*).
"""
