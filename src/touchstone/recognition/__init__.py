# SPDX-License-Identifier: Apache-2.0
"""Recognition: what a certificate is worth in another region, decided by machine, explained, and derivable again by anyone.

``decide(load_request(file), compile_rulebook(documents))`` is the whole of it.
"""

from touchstone.recognition.decision import Decision, Receipt
from touchstone.recognition.engine import decide
from touchstone.recognition.evidence import Evidence, RecognitionRequest, load_request
from touchstone.recognition.explanation import Explanation, explain
from touchstone.recognition.receipt import load_receipt, recheck
from touchstone.recognition.rulebook import Rulebook, compile_rulebook

__all__ = [
    "Decision",
    "Evidence",
    "Explanation",
    "Receipt",
    "RecognitionRequest",
    "Rulebook",
    "compile_rulebook",
    "decide",
    "explain",
    "load_receipt",
    "load_request",
    "recheck",
]
