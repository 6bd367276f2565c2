# SPDX-License-Identifier: Apache-2.0
"""The standards browser: frameworks, units, crosswalks and levels, as the public documents say them."""
