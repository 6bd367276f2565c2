# SPDX-License-Identifier: Apache-2.0
"""The passport: a person's own certificates, who may see what of them, and how all of it is taken along or erased."""
