# SPDX-License-Identifier: Apache-2.0
"""The only package that opens connections: fetching under the rules against forged addresses, and the VC-API."""
