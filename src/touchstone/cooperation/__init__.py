# SPDX-License-Identifier: Apache-2.0
"""The platform's own rules, computed: votes, membership, agreements, benefits, the plan of its construction, research matched with means.

What happened is a list of events; the state on a day is a pure function of them, so it can be asked about any day and derived again. What a
rule does not allow is a value with a reason, never an exception.
"""

from touchstone.cooperation.agreements import Agreed, AgreementTerms, agreement_on
from touchstone.cooperation.benefits import BenefitFormula, shared_out
from touchstone.cooperation.construction import construction_plan
from touchstone.cooperation.membership import Charter, Membership, membership_on
from touchstone.cooperation.research import match
from touchstone.cooperation.votes import Ballot, Outcome, VotingRule, outcome

__all__ = [
    "Agreed",
    "AgreementTerms",
    "Ballot",
    "BenefitFormula",
    "Charter",
    "Membership",
    "Outcome",
    "VotingRule",
    "agreement_on",
    "construction_plan",
    "match",
    "membership_on",
    "outcome",
    "shared_out",
]
