# SPDX-License-Identifier: Apache-2.0
"""The page that verifies credentials: no account, no script, nothing kept."""
