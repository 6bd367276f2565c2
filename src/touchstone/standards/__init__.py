# SPDX-License-Identifier: Apache-2.0
"""The public documents: small, readable, versioned, and named by the digest of their content.

Read a folder with :func:`load_folder`, look for mistakes with :func:`check`, name a document with :func:`digest`.
"""

from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.checking import check
from touchstone.standards.crosswalk import Crosswalk, Mapping
from touchstone.standards.digest import canonical_bytes, digest, normal_form
from touchstone.standards.envelope import Document, Standing
from touchstone.standards.findings import Finding
from touchstone.standards.folder import Loaded, load_document, load_folder, read_document
from touchstone.standards.framework import Competency, Framework
from touchstone.standards.indicator_system import IndicatorSystem
from touchstone.standards.kinds import KINDS
from touchstone.standards.levels import LevelReferencing, LevelScale
from touchstone.standards.qualification import Qualification
from touchstone.standards.rule_pack import RulePack
from touchstone.standards.standard import Standard
from touchstone.standards.termbase import Termbase
from touchstone.standards.trust_registry import TrustRegistry

__all__ = [
    "KINDS",
    "Agreement",
    "BridgingCatalogue",
    "Competency",
    "Crosswalk",
    "Document",
    "Finding",
    "Framework",
    "IndicatorSystem",
    "LevelReferencing",
    "LevelScale",
    "Loaded",
    "Mapping",
    "Qualification",
    "RulePack",
    "Standard",
    "Standing",
    "Termbase",
    "TrustRegistry",
    "canonical_bytes",
    "check",
    "digest",
    "load_document",
    "load_folder",
    "normal_form",
    "read_document",
]
