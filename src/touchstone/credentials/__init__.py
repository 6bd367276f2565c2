# SPDX-License-Identifier: Apache-2.0
"""Credentials: issued, carried by their holder, verified anywhere. What a decision rests on, and what makes a document official."""
