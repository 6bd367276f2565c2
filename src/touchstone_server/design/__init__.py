# SPDX-License-Identifier: Apache-2.0
"""The look: tokens, one small stylesheet, charts as pure functions, and a handful of components."""
