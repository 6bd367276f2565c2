# SPDX-License-Identifier: Apache-2.0
"""The landing page, the choice of a language, and the pages that say what went wrong."""
