# SPDX-License-Identifier: Apache-2.0
"""Template tags: texts in the reader's language, links that keep it, and the marks of real and illustrative."""
