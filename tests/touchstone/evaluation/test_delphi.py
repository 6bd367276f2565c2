# SPDX-License-Identifier: Apache-2.0
"""What a round of experts says, and whether they come nearer to each other."""

from __future__ import annotations

import numpy as np
import pytest

from touchstone.evaluation.delphi import authority, change, concordance, survey

FIRST = np.array([[5, 3, 1], [5, 4, 2], [4, 1, 3]], dtype=float)
SECOND = np.array([[5, 3, 2], [5, 3, 2], [5, 2, 2]], dtype=float)


def test_a_round_tells_mean_deviation_variation_and_who_gave_the_full_mark():
    opinion = survey(FIRST).opinions[0]

    assert opinion.mean == pytest.approx(14 / 3)
    assert opinion.deviation == pytest.approx(0.57735, abs=1e-5)
    assert opinion.variation == pytest.approx(0.57735 * 3 / 14, abs=1e-5)
    assert opinion.full_share == pytest.approx(2 / 3)


def test_experts_who_say_the_same_agree_wholly_and_those_who_contradict_not_at_all():
    same = np.array([[1, 2, 3, 4]] * 3, dtype=float)
    contrary = np.array([[1, 2, 3, 4], [4, 3, 2, 1]], dtype=float)

    assert concordance(same) == pytest.approx(1)
    assert concordance(contrary) == pytest.approx(0)


def test_ties_are_corrected_so_that_equal_answers_still_agree_wholly():
    assert concordance(np.array([[1, 1, 2, 3]] * 4, dtype=float)) == pytest.approx(1)


def test_where_nobody_tells_anything_apart_there_is_no_agreement_to_speak_of():
    assert np.isnan(concordance(np.ones((3, 4))))


def test_chi_square_is_of_the_concordance():
    found = survey(FIRST)

    assert (found.freedom, found.chi_square) == (2, pytest.approx(3 * 2 * found.concordance))


def test_opinions_converge_where_the_variation_falls():
    assert all(each > 0 for each in change(survey(FIRST), survey(SECOND)))


def test_authority_is_the_mean_of_judgement_and_familiarity():
    assert authority(0.9, 0.7) == pytest.approx(0.8)
