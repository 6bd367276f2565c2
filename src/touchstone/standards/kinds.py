# SPDX-License-Identifier: Apache-2.0
"""The kinds of public document, by the name that stands in their field ``kind``."""

from __future__ import annotations

from touchstone.standards.agreement import Agreement
from touchstone.standards.bridging import BridgingCatalogue
from touchstone.standards.crosswalk import Crosswalk
from touchstone.standards.envelope import Document
from touchstone.standards.framework import Framework
from touchstone.standards.indicator_system import IndicatorSystem
from touchstone.standards.joint import JointStandard
from touchstone.standards.levels import LevelReferencing, LevelScale
from touchstone.standards.programme import Programme
from touchstone.standards.qualification import Qualification
from touchstone.standards.rule_pack import RulePack
from touchstone.standards.standard import Standard
from touchstone.standards.termbase import Termbase
from touchstone.standards.trust_registry import TrustRegistry

KINDS: dict[str, type[Document]] = {
    kind.__name__: kind
    for kind in (
        LevelScale,
        LevelReferencing,
        Framework,
        Crosswalk,
        Qualification,
        Agreement,
        BridgingCatalogue,
        JointStandard,
        Standard,
        IndicatorSystem,
        Termbase,
        TrustRegistry,
        RulePack,
        Programme,
    )
}

PERSONAL_KINDS = (
    *("RecognitionRequest", "Decision", "Receipt", "Demonstration", "Story", "ExamSession"),
    *("Placement", "PlacementMarket", "PlacementRecord"),
    *("EvaluationData", "EvaluationResult"),
    *("Need", "Passport", "Cohort"),
    *("MemberRecord", "AgreementRecord", "VoteRecord", "SharingRecord", "ConstructionRecord", "ResearchRecord"),
)
"""Documents in form and digest, but about a person, or an enterprise's own: never published, never read from a folder of documents."""
