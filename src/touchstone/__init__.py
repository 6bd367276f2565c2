# SPDX-License-Identifier: Apache-2.0
"""Touchstone: skill cultivated, proved and recognised across borders.

The core: pure functions over frozen values. Start with :mod:`touchstone.standards` (the public documents) and
:mod:`touchstone.recognition` (what a certificate is worth elsewhere, and why).
"""

__version__ = "0.1.0"
