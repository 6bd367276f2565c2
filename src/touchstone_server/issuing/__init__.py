# SPDX-License-Identifier: Apache-2.0
"""The issuing desk: groups of learners, the certificates issued to them, and whether these still count."""
