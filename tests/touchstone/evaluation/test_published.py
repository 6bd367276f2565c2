# SPDX-License-Identifier: Apache-2.0
"""Published worked examples, reproduced to their printed digits. Each names its source, and the convention without which it fails.

The tables of Yu and others and the judges were read as they were published; the rest as others have transcribed it: the tests of
pyrepo-mcda (entropy, CRITIC, TOPSIS) and of AHPy (drinks, cities), and a notebook that works through the textbook of Si and Sun.
"""

from __future__ import annotations

import numpy as np
import pytest

from touchstone.evaluation.ahp import group_priorities, matrix_of, priorities
from touchstone.evaluation.delphi import survey
from touchstone.evaluation.fuzzy import likeliest, membership, worth
from touchstone.evaluation.ranking import grey_coefficients, grey_relational, ranks, topsis, vector_scaled
from touchstone.evaluation.rounding import told
from touchstone.evaluation.weights import critic_weights, entropy_weights, minmax


def printed(values, places, rule="half_up"):
    """Numbers as a publication prints them."""
    return [str(told(float(value), places, rule)) for value in values]


def equal(count):
    return np.full(count, 1 / count)


# Fuzzy comprehensive evaluation

COLLABORATION = {  # weight among siblings; membership in excellent, good, medium, qualified, unqualified; printed value
    "0.35": [
        ("0.22", (0.15, 0.45, 0.25, 0.15, 0), "0.72"), ("0.22", (0.25, 0.60, 0.05, 0.10, 0), "0.80"),
        ("0.13", (0.25, 0.60, 0.10, 0.05, 0), "0.81"), ("0.10", (0.30, 0.55, 0.10, 0.05, 0), "0.82"),
        ("0.09", (0.35, 0.50, 0.10, 0.05, 0), "0.83"), ("0.09", (0.40, 0.55, 0.025, 0.025, 0), "0.87"),
        ("0.09", (0.35, 0.60, 0.025, 0.025, 0), "0.86"), ("0.06", (0.25, 0.60, 0.10, 0.05, 0), "0.81"),
    ],
    "0.350": [
        ("0.21", (0.30, 0.60, 0.05, 0.05, 0), "0.83"), ("0.21", (0.40, 0.55, 0.025, 0.025, 0), "0.87"),
        ("0.18", (0.15, 0.45, 0.30, 0.10, 0), "0.73"), ("0.14", (0.35, 0.60, 0.025, 0.025, 0), "0.86"),
        ("0.14", (0.25, 0.65, 0.05, 0.05, 0), "0.82"), ("0.12", (0.30, 0.60, 0.05, 0.05, 0), "0.83"),
    ],
    "0.30": [
        ("0.22", (0.35, 0.55, 0.05, 0.05, 0), "0.84"), ("0.19", (0.2, 0.4, 0.3, 0.1, 0), "0.74"),
        ("0.14", (0.45, 0.5, 0.025, 0.025, 0), "0.88"), ("0.11", (0.35, 0.55, 0.05, 0.05, 0), "0.84"),
        ("0.09", (0.45, 0.5, 0.025, 0.025, 0), "0.88"), ("0.09", (0.35, 0.55, 0.05, 0.05, 0), "0.84"),
        ("0.08", (0.35, 0.6, 0.025, 0.025, 0), "0.86"), ("0.08", (0.30, 0.6, 0.05, 0.05, 0), "0.83"),
    ],
}  # fmt: skip
GRADES = np.array([1, 0.8, 0.6, 0.4, 0.2])  # inferred from the printed values; the last grade is never used


def test_school_enterprise_collaboration_of_yu_and_others_2024_all_26_printed_values():
    """Yu Y. et al., Performance Evaluation of School Enterprise Collaborative Innovation …, Discrete Dynamics in Nature and Society 2024,
    5583728, tables 3 and 4; 0.82 in the abstract. Conventions: M(·,+), no rounding between levels, half up.
    """
    single = [(row, value) for group in COLLABORATION.values() for _, row, value in group]
    groups = np.array([
        membership(np.array([float(weight) for weight, *_ in group]), np.array([row for _, row, _ in group]))
        for group in COLLABORATION.values()
    ])  # fmt: skip
    whole = membership(np.array([float(weight) for weight in COLLABORATION]), groups)

    assert printed([worth(np.array(row), GRADES) for row, _ in single], 2) == [value for _, value in single]
    assert printed([worth(row, GRADES) for row in groups], 2) == ["0.80", "0.82", "0.83"]
    assert printed([worth(whole, GRADES)], 2) == ["0.82"]


def test_half_even_would_miss_printed_values_of_the_same_table():
    values = [(worth(np.array(row), GRADES), value) for group in COLLABORATION.values() for _, row, value in group]

    missed = [value for computed, value in values if str(told(computed, 2, "half_even")) != value]

    assert missed


def test_yearly_appraisal_of_the_textbook_is_good():
    """Si S., Sun X., 数学建模算法与应用 (Mathematical modelling: algorithms and applications), fuzzy appraisal of staff, first level."""
    belongs = membership(
        np.array([0.25, 0.2, 0.25, 0.3]),
        np.array([[0.1, 0.5, 0.4, 0, 0], [0.2, 0.5, 0.2, 0.1, 0], [0.2, 0.5, 0.3, 0, 0], [0.2, 0.6, 0.2, 0, 0]]),
    )

    assert printed(belongs, 3) == ["0.175", "0.530", "0.275", "0.020", "0.000"]
    assert likeliest(belongs) == 1


APPRAISAL = [  # the same book, two levels: weights of the factors, and the shares of five comments
    (0.4, [0.2, 0.3, 0.3, 0.2], [[.8, .15, .05, 0, 0], [.2, .6, .1, .1, 0], [.5, .4, .1, 0, 0], [.1, .3, .5, .05, .05]]),
    (0.3, [0.3, 0.2, 0.1, 0.2, 0.2], [[.3, .5, .15, .05, 0], [.2, .2, .4, .1, .1], [.4, .4, .1, .1, 0], [.1, .3, .3, .2, .1],
                                     [.3, .2, .2, .2, .1]]),
    (0.2, [0.1, 0.2, 0.3, 0.2, 0.2], [[.1, .3, .5, .1, 0], [.2, .3, .3, .1, .1], [.2, .3, .35, .15, 0], [.1, .3, .4, .1, .1],
                                     [.1, .4, .3, .1, .1]]),
    (0.1, [0.3, 0.2, 0.2, 0.3], [[.3, .4, .2, .1, 0], [.1, .4, .3, .1, .1], [.2, .3, .4, .1, 0], [.4, .3, .2, .1, 0]]),
]  # fmt: skip


def test_appraisal_on_two_levels_rounds_only_at_the_end():
    """Si and Sun, the same chapter, 18 factors in four groups."""
    groups = np.array([membership(np.array(weights), np.array(rows)) for _, weights, rows in APPRAISAL])
    whole = membership(np.array([weight for weight, *_ in APPRAISAL]), groups)

    assert printed(whole, 4) == ["0.2880", "0.3540", "0.2355", "0.0865", "0.0360"]


# Analytic hierarchy process

DRINKS = matrix_of([
    ["1", "9", "5", "2", "1", "1", "1/2"], ["1/9", "1", "1/3", "1/9", "1/9", "1/9", "1/9"],
    ["1/5", "3", "1", "1/3", "1/4", "1/3", "1/9"], ["1/2", "9", "3", "1", "1/2", "1", "1/3"],
    ["1", "9", "4", "2", "1", "2", "1/2"], ["1", "9", "3", "1", "1/2", "1", "1/3"],
    ["2", "9", "9", "3", "2", "3", "1"],
])  # fmt: skip


def test_drinks_of_saaty_2008():
    """Saaty T. L., Decision making with the analytic hierarchy process, Int. J. Services Sciences 1:1 (2008) 83-98: which drink is consumed
    more in the USA; coffee, wine, tea, beer, sodas, milk, water. Conventions: principal eigenvector; by either of Saaty's random indices.
    """
    found = priorities(DRINKS)

    assert printed(found.weights, 3) == ["0.177", "0.019", "0.042", "0.116", "0.190", "0.129", "0.327"]
    assert printed([found.ratio, priorities(DRINKS, random_index="saaty_2005").ratio], 3) == ["0.022", "0.022"]


def test_the_random_index_is_a_convention():
    """The same comparisons by Donegan and Dodd's index: 0.0235, as the tests of AHPy have it."""
    assert printed([priorities(DRINKS, random_index="donegan_dodd").ratio], 4) == ["0.0235"]


def test_the_geometric_mean_is_another_convention():
    by_means = priorities(DRINKS, "geometric_mean")

    assert printed(by_means.weights, 3) != printed(priorities(DRINKS).weights, 3)


LEADER = {  # Tom, Dick, Harry by each criterion
    "experience": (["1", "1/4", "4"], ["4", "1", "9"], ["1/4", "1/9", "1"]),
    "education": (["1", "3", "1/5"], ["1/3", "1", "1/7"], ["5", "7", "1"]),
    "charisma": (["1", "5", "9"], ["1/5", "1", "4"], ["1/9", "1/4", "1"]),
    "age": (["1", "1/3", "5"], ["3", "1", "9"], ["1/5", "1/9", "1"]),
}


def test_choosing_a_leader_on_two_levels():
    """Analytic hierarchy process – leader example (Wikipedia): candidates .358 .493 .149, as printed. Of the criteria the article prints
    .547 where the eigenvector is .5476; the other three are as printed. Conventions: principal eigenvector, no rounding between levels.
    """
    criteria = priorities(
        matrix_of([["1", "4", "3", "7"], ["1/4", "1", "1/3", "3"], ["1/3", "3", "1", "5"], ["1/7", "1/3", "1/5", "1"]])
    ).weights
    by_criterion = np.array([priorities(matrix_of(rows)).weights for rows in LEADER.values()])

    assert printed(criteria, 3)[1:] == ["0.127", "0.270", "0.056"]
    assert printed(criteria[:1], 4) == ["0.5476"]
    assert printed(criteria @ by_criterion, 3) == ["0.358", "0.493", "0.149"]


CITIES = {  # Bethesda, Boston, Pittsburgh, Santa Fe
    "culture": (["1", "1/2", "1", "1/2"], ["2", "1", "2.5", "1"], ["1", "1/2.5", "1", "1/2.5"], ["2", "1", "2.5", "1"]),
    "family": (["1", "2", "1/3", "4"], ["1/2", "1", "1/8", "2"], ["3", "8", "1", "9"], ["1/4", "1/2", "1/9", "1"]),
    "housing": (["1", "5", "1/2", "2.5"], ["1/5", "1", "1/9", "1/4"], ["2", "9", "1", "7"], ["1/2.5", "4", "1/7", "1"]),
    "jobs": (["1", "1/2", "3", "4"], ["2", "1", "6", "8"], ["1/3", "1/6", "1", "1"], ["1/4", "1/8", "1", "1"]),
    "transport": (["1", "1.5", "1/2", "4"], ["1/1.5", "1", "1/3.5", "2.5"], ["2", "3.5", "1", "9"], ["1/4", "1/2.5", "1/9", "1"]),
}  # fmt: skip


def test_best_city_to_live_in_of_saaty_2005():
    """Saaty T. L., Theory and Applications of the Analytic Network Process (2005): Bethesda, Boston, Pittsburgh, Santa Fe."""
    goal = priorities(matrix_of([  # culture, family, housing, jobs, transport
        ["1", "1/5", "3", "1/2", "5"], ["5", "1", "7", "1", "7"], ["1/3", "1/7", "1", "1/4", "3"],
        ["2", "1", "4", "1", "7"], ["1/5", "1/7", "1/3", "1/7", "1"],
    ])).weights  # fmt: skip
    cities = np.array([priorities(matrix_of(rows)).weights for rows in CITIES.values()])

    assert printed(goal @ cities, 3) == ["0.229", "0.275", "0.385", "0.111"]


def test_a_group_of_equal_experts_thinks_what_each_thinks():
    assert np.allclose(group_priorities([DRINKS, DRINKS]).weights, priorities(DRINKS).weights)


# Weights from data

SOFTWARE = np.array([
    [5000, 3, 3, 4, 3, 2], [680, 5, 3, 2, 2, 1], [2000, 3, 2, 3, 4, 3], [600, 4, 3, 1, 2, 2], [800, 2, 4, 3, 3, 4],
], dtype=float)  # fmt: skip


def test_critic_of_tus_and_adali_2019_ignores_that_the_first_is_a_cost():
    """Tuş A., Aytaç Adalı E., The new combination with CRITIC and WASPAS methods …, Opsearch 56 (2019) 528-538.
    Convention: critic_directions ignored; honoured, the first weight alone differs by more than 0.01.
    """
    costs = np.array([True, False, False, False, False, False])

    assert printed(critic_weights(minmax(SOFTWARE)), 3) == ["0.157", "0.249", "0.168", "0.121", "0.154", "0.151"]
    assert np.max(np.abs(critic_weights(minmax(SOFTWARE, costs)) - critic_weights(minmax(SOFTWARE)))) > 0.03


EQUIPMENT = np.array([
    [256, 8, 41, 1.6, 1.77, 7347.16], [256, 8, 32, 1.0, 1.8, 6919.99], [256, 8, 53, 1.6, 1.9, 8400],
    [256, 8, 41, 1.0, 1.75, 6808.9], [512, 8, 35, 1.6, 1.7, 8479.99], [256, 4, 35, 1.6, 1.7, 7499.99],
])  # fmt: skip


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        pytest.param(
            [[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]],
            ["0.4630", "0.3992", "0.1378", "0.0000"],
            id="Xu X., European Journal of Operational Research 156 (2004) 530-532",
        ),
        pytest.param(
            [[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]],
            ["0.1146", "0.1981", "0.4185", "0.2689"],
            id="Zavadskas E., Podvezko V., Int. J. Information Technology & Decision Making 15 (2016) 267-283",
        ),
        pytest.param(
            EQUIPMENT,
            ["0.405", "0.221", "0.134", "0.199", "0.007", "0.034"],
            id="Ersoy Y., LogForum 17 (2021) 3",
        ),
        pytest.param(
            [[4550, 30, 6.74, 20, 15, 5, 85, 150, 0.87, 4.76], [3005, 60.86, 2.4, 35, 27, 4, 26, 200, 0.17, 4.51],
             [2040, 14.85, 1.7, 90, 25, 5, 26, 500, 0.27, 4.19], [3370, 99.4, 3.25, 25.3, 54, 3, 45, 222, 0.21, 3.78],
             [3920, 112.6, 4.93, 11.4, 71.7, 2, 50, 100, 0.25, 4.11]],
            ["0.026", "0.154", "0.089", "0.199", "0.115", "0.040", "0.080", "0.123", "0.172", "0.002"],
            id="Lee H. C., Chang C. T., Renewable and Sustainable Energy Reviews 92 (2018) 883-896",
        ),
    ],
)  # fmt: skip
def test_entropy_weights_as_printed(values, weights):
    """Convention: shares of the values themselves, costs as they are (entropy_shares: of_values)."""
    places = len(weights[0].partition(".")[2])

    assert printed(entropy_weights(np.array(values, dtype=float)), places) == weights


# Rankings


def test_topsis_of_ersoy_2021_uses_the_weights_before_rounding():
    """Ersoy Y., Equipment selection for an e-commerce company …, LogForum 17 (2021) 3. Conventions: vector scaling, observed ideal,
    the last two are costs, entropy weights unrounded.
    """
    costs = np.array([False, False, False, False, True, True])

    closeness = topsis(vector_scaled(EQUIPMENT, costs), entropy_weights(EQUIPMENT))

    assert printed(closeness, 3) == ["0.308", "0.254", "0.327", "0.263", "0.857", "0.192"]


SUPPLIERS = np.array([  # a row an indicator, as printed
    [0.83, 0.90, 0.99, 0.92, 0.87, 0.95], [326, 295, 340, 287, 310, 303], [21, 38, 25, 19, 27, 10], [3.2, 2.4, 2.2, 2.0, 0.9, 1.7],
    [0.20, 0.25, 0.12, 0.33, 0.20, 0.09], [0.15, 0.20, 0.14, 0.09, 0.15, 0.17], [250, 180, 300, 200, 150, 175],
    [0.23, 0.15, 0.27, 0.30, 0.18, 0.26], [0.87, 0.95, 0.99, 0.89, 0.82, 0.94],
]).T  # fmt: skip


def test_grey_relational_grades_of_six_suppliers():
    """Si and Sun, example 14.5 (six suppliers, nine indicators; the second to fourth are costs). Conventions: ρ = 0.5, equal weights."""
    costs = np.array([False, True, True, True, False, False, False, False, False])
    scores = minmax(SUPPLIERS, costs)

    grades = grey_relational(scores, equal(9))

    assert printed(grades, 6) == ["0.462992", "0.555994", "0.649074", "0.652723", "0.493562", "0.613015"]
    assert printed(grey_coefficients(scores)[0], 6) == [
        "0.333333", "0.404580", "0.560000", "0.333333", "0.480000", "0.523810", "0.600000", "0.517241", "0.414634",
    ]  # fmt: skip
    assert ranks(grades, grades, grades > 0, grades > 0).sure.tolist() == [6, 4, 2, 1, 5, 3]


# Delphi


JUDGES = np.array([
    [1, 3, 4, 5, 2, 8, 6, 7, 10, 9], [2, 1, 4, 5, 6, 3, 8, 7, 10, 9], [3, 2, 1, 5, 7, 4, 6, 8, 9, 10], [4, 2, 3, 1, 6, 7, 5, 9, 8, 10],
], dtype=float)  # fmt: skip


def test_four_judges_of_ten_projects_agree():
    """The Kendall coefficient of concordance W, example 1 (scribd.com/document/659863121): rank sums and ΣD² = 1048 as printed there;
    its W is 12 ΣD² / (m² N (N² - 1)) without ties.
    """
    sums = JUDGES.sum(axis=0)

    assert sums.tolist() == [10, 8, 12, 16, 21, 22, 25, 31, 37, 38]
    assert np.sum((sums - 22) ** 2) == 1048
    assert printed([survey(JUDGES).concordance], 4) == ["0.7939"]
