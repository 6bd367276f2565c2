# SPDX-License-Identifier: Apache-2.0
"""The node: a thin Django shell around the core. It parses, calls one service, and renders; what is true, the core decides."""
