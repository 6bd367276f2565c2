# SPDX-License-Identifier: Apache-2.0
"""What was done, by whom and when: a log that can only grow, each entry bound to the one before."""
