# SPDX-License-Identifier: Apache-2.0
"""Organisations, their members and the roles that these hold."""
