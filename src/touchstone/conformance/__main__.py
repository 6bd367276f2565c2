# SPDX-License-Identifier: Apache-2.0
"""``python -m touchstone.conformance`` answers questions of the conformance protocol with the engine."""

from touchstone.conformance.answering import serve

serve()
