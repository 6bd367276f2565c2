# SPDX-License-Identifier: Apache-2.0
"""An independent, deliberately simple evaluator of recognitions: a second opinion on the engine.

Written from docs/explanation/recognition-algorithm.md alone; it shares no code with `touchstone`. Numbers such as
"5.6" in these files are the points of that page.
"""
