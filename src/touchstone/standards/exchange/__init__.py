# SPDX-License-Identifier: Apache-2.0
"""The formats in which other systems speak of the same things."""
