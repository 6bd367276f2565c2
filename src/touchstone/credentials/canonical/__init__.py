# SPDX-License-Identifier: Apache-2.0
"""From bytes to the one text that is signed: strict JSON, JCS, and RDF canonicalisation over a closed set of contexts."""
