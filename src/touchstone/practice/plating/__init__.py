# SPDX-License-Identifier: Apache-2.0
"""A bath by its own numbers: what was deposited, dragged out, rinsed and discharged, and what that cost in water, energy and carbon.

Every figure has a unit and an uncertainty (JCGM 100, linear propagation). Limits are records with jurisdiction, edition, status and
source (``limits.yaml``); what was not read in its source says *unconfirmed* in the verdict.
"""
