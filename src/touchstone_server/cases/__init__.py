# SPDX-License-Identifier: Apache-2.0
"""Recognition cases: what the engine leaves to a person, the person's decision with reasons, and the appeal to another."""
