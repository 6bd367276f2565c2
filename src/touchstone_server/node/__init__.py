# SPDX-License-Identifier: Apache-2.0
"""Running the node: its command, what is unsafe about it, whether it is well, and copies of all that it keeps."""
