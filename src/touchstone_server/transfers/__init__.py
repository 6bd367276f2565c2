# SPDX-License-Identifier: Apache-2.0
"""The register of cross-border transfers that an organisation keeps; nothing in this node sends any."""
