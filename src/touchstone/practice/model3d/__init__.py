# SPDX-License-Identifier: Apache-2.0
"""Models of pieces (STL, 3MF, OBJ), read within bounds and measured: topology, volume and mass, walls, rings, deviation.

The numbers need numpy (the extra ``practice``), so nothing is imported here: what only reads a report does without it.
"""
