# SPDX-License-Identifier: Apache-2.0
"""Programmes held against needs: what is covered, where the gaps are, and the least that closes them."""
