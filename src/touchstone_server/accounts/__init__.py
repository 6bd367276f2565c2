# SPDX-License-Identifier: Apache-2.0
"""People: who they are, and how they sign in."""
