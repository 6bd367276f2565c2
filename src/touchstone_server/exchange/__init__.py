# SPDX-License-Identifier: Apache-2.0
"""Nodes exchange public documents: what this node publishes, and what it pulls from its peers. Nothing personal has an address here."""
