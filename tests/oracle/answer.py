# SPDX-License-Identifier: Apache-2.0
"""The oracle's side of the conformance protocol: a question a line in, an answer a line out.

touchstone conformance "python -m tests.oracle.answer" --class digest --class reader --class decider
"""

import json
import sys

from tests.oracle import oracle
from tests.oracle.documents import BadInput
from tests.oracle.normal_form import digest
from tests.oracle.reading import fit_together, read


def answer(question):
    """The answer to one question."""
    request, documents = question.get("request"), question["documents"]
    try:
        normal_request, normal_documents = read(request, documents)
        digests = {"documents": [digest(each) for each in normal_documents]}
        if request is None:
            return {"digests": digests}
        digests = {"request": digest(normal_request), **digests}
        if question.get("ask") == "digests":
            return {"digests": digests}
        fit_together(normal_request, normal_documents)
        decision = oracle.decide(normal_request, normal_documents)
    except BadInput as error:
        return {"error": f"{error}."}
    return {**decision, "digests": digests}


def main():
    """Answer until there are no more questions."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line)), ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
