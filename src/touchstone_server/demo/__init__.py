# SPDX-License-Identifier: Apache-2.0
"""The demonstration: three small nodes on one machine, made-up people who let you in, a story, and a record of what crossed the border."""
