"""Statistics against published tables and examples, within the digits that those print; each test names its source."""

from __future__ import annotations

import pytest

from touchstone.practice.marking.agreement import alpha, intraclass, kappa, kappa_of
from touchstone.practice.marking.capability import capability_of
from touchstone.practice.marking.gauge import gauge
from touchstone.practice.marking.pairs import paired
from touchstone.practice.marking.quantiles import f_cdf, f_quantile, f_tail, t_quantile

N = None
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3),
    (N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N),
)
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))
COHEN = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
AGRESTI = ((7, 7, 2, 3), (2, 8, 3, 7), (1, 5, 4, 9), (2, 8, 9, 14))
AIAG = """\
0.29 -0.56 1.34 0.47 -0.80 0.02 0.59 -0.31 2.26 -1.36
0.41 -0.68 1.17 0.50 -0.92 -0.11 0.75 -0.20 1.99 -1.25
0.64 -0.58 1.27 0.64 -0.84 -0.21 0.66 -0.17 2.01 -1.31
0.08 -0.47 1.19 0.01 -0.56 -0.20 0.47 -0.63 1.80 -1.68
0.25 -1.22 0.94 1.03 -1.20 0.22 0.55 0.08 2.12 -1.62
0.07 -0.68 1.34 0.20 -1.28 0.06 0.83 -0.34 2.19 -1.50
0.04 -1.38 0.88 0.14 -1.46 -0.29 0.02 -0.46 1.77 -1.49
-0.11 -1.13 1.09 0.20 -1.07 -0.67 0.01 -0.56 1.45 -1.77
-0.15 -0.96 0.67 0.11 -1.45 -0.49 0.21 -0.49 1.87 -2.16"""
"""Appraisers A, B, C with three trials each, of ten parts."""


def rated(table):
    """Two lists of ratings that make a table of counts."""
    cells = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in cells], [j for _, j in cells]


def aiag():
    lines = [[float(value) for value in line.split()] for line in AIAG.splitlines()]
    return [[[lines[3 * who + trial][part] for trial in range(3)] for part in range(10)] for who in range(3)]


@pytest.mark.parametrize(("metric", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_four_observers_with_missing_data(metric, printed):
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C and D: 0.743, 0.815, 0.849."""
    assert round(alpha(list(zip(*KRIPPENDORFF, strict=True)), metric), 3) == printed


def test_alpha_of_two_observers_and_binary_data():
    """Krippendorff (2011), example A: 0.095."""
    units = zip((0, 1, 0, 0, 0, 0, 0, 0, 1, 0), (1, 1, 1, 0, 0, 1, 0, 0, 0, 0), strict=True)

    assert round(alpha(list(units), "nominal"), 3) == 0.095


def test_alpha_of_two_observers_and_nominal_data():
    """Krippendorff (2011), example B: 0.692."""
    units = [["abcde".index(one) for one in unit] for unit in zip("aabbdcccedda", "babbbcccEddd".lower(), strict=True)]

    assert round(alpha(units, "nominal"), 3) == 0.692


def test_weighted_kappa_with_weights_of_ones_own():
    """Cohen, Weighted kappa (Psychological Bulletin 70, 1968): kappa 0.492, weighted 0.348."""
    plain = kappa_of(COHEN, [[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    weighted = kappa_of(COHEN, [[0, 1, 3], [1, 0, 6], [3, 6, 0]])

    assert (round(plain, 3), round(weighted, 3)) == (0.492, 0.348)


def test_kappa_of_three_diagnoses():
    """Fleiss, Statistical Methods for Rates and Proportions (1981), table 13.1: 0.68."""
    assert round(kappa(*rated(((75, 1, 4), (5, 4, 1), (0, 0, 10))), "none"), 2) == 0.68


@pytest.mark.parametrize(("weights", "printed"), [("none", 0.1293), ("linear", 0.2374)])
def test_kappa_with_linear_weights(weights, printed):
    """Agresti's table of 91 couples (Categorical Data Analysis), as the manual of R's vcd prints it: 0.1293, 0.2374."""
    assert round(kappa(*rated(AGRESTI), weights), 4) == printed


@pytest.mark.parametrize(
    ("form", "printed", "low", "high"),
    [
        ("ICC(1,1)", 0.17, -0.133, 0.72),
        ("ICC(2,1)", 0.29, 0.019, 0.76),
        ("ICC(3,1)", 0.71, 0.342, 0.95),
        ("ICC(1,k)", 0.44, -0.884, 0.91),
        ("ICC(2,k)", 0.62, 0.071, 0.93),
        ("ICC(3,k)", 0.91, 0.676, 0.99),
    ],
)
def test_intraclass_correlations_of_six_targets_and_four_judges(form, printed, low, high):
    """Shrout and Fleiss, Psychological Bulletin 86 (1979), table 4; the intervals as the manual of R's psych prints them."""
    found = intraclass(SHROUT_FLEISS)[form]

    # 0.7148 is printed as .71, and 0.715 as 0.71 or 0.72: compare within half of the last digit
    assert found.value == pytest.approx(printed, abs=0.0051)
    assert (round(found.low, 3), round(found.high, 2)) == (low, high)


def test_a_gauge_passes_by_range_and_fails_by_analysis_of_variance():
    """AIAG, Measurement Systems Analysis, the ten parts of its worksheet: by range 26.68 %, ndc 5; by ANOVA 27.86 %, ndc 4."""
    by_range, anova = gauge(aiag(), "range"), gauge(aiag(), "anova")

    assert (round(by_range.share, 2), by_range.categories) == (26.68, 5)
    assert (round(anova.share, 2), anova.categories) == (27.86, 4)
    assert (by_range.method, anova.method) == ("range", "anova, interaction pooled")


def test_the_parts_of_the_range_method():
    """AIAG, Measurement Systems Analysis: EV 0.20188, AV 0.22963, GRR 0.30575, PV 1.10456, TV 1.14610 (there from rounded means)."""
    found = gauge(aiag(), "range")

    assert found[1:6] == pytest.approx((0.20188, 0.22963, 0.30575, 1.10456, 1.14610), abs=6e-5)


def test_capability_of_the_handbooks_process():
    """NIST/SEMATECH e-Handbook 6.1.6: limits 8 and 20, mean 16, deviation 2: Cp 1.0, Cpk 0.6667."""
    found = capability_of(16, 2, 8, 20, df=49, n=50, method="known")

    assert (round(found.cp, 1), round(found.cpk, 4)) == (1.0, 0.6667)


def test_a_paired_difference_has_students_interval():
    """Student, The probable error of a mean (1908): sleep gained by the second drug over the first, ten patients, mean 1.58.

    R's manual of ``sleep`` prints the interval of the same pairs as 0.7001142 to 2.4598858.
    """
    first = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
    second = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    found = paired([b - a for a, b in zip(first, second, strict=True)])

    assert (round(found.mean, 2), round(found.low, 7), round(found.high, 7)) == (1.58, 0.7001142, 2.4598858)


@pytest.mark.parametrize(
    ("df", "printed"),
    [
        (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365), (8, 2.306), (9, 2.262), (10, 2.228),
        (15, 2.131), (20, 2.086), (25, 2.060), (30, 2.042), (60, 2.000), (100, 1.984),
    ],
)  # fmt: skip
def test_students_t_at_0_975(df, printed):
    """NIST/SEMATECH e-Handbook 1.3.6.7.2, upper critical values of Student's t."""
    assert round(t_quantile(0.975, df), 3) == printed


@pytest.mark.parametrize(
    ("df", "printed"), [(1, 63.657), (2, 9.925), (5, 4.032), (10, 3.169), (30, 2.750), (100, 2.626)]
)
def test_students_t_at_0_995(df, printed):
    """NIST/SEMATECH e-Handbook 1.3.6.7.2."""
    assert round(t_quantile(0.995, df), 3) == printed


@pytest.mark.parametrize(
    ("p", "df1", "df2", "printed"),
    [
        (0.95, 1, 1, 161.448), (0.95, 2, 3, 9.552), (0.95, 5, 10, 3.326), (0.95, 10, 20, 2.348), (0.95, 1, 10, 4.965),
        (0.95, 3, 30, 2.922), (0.90, 5, 10, 2.522), (0.90, 1, 1, 39.863), (0.99, 5, 10, 5.636), (0.99, 1, 10, 10.044),
        (0.99, 10, 20, 3.368), (0.99, 1, 1, 4052.181),
    ],
)  # fmt: skip
def test_fishers_f(p, df1, df2, printed):
    """NIST/SEMATECH e-Handbook 1.3.6.7.3, upper critical values of the F distribution."""
    assert f_quantile(p, df1, df2) == pytest.approx(printed, abs=0.00051)


def test_a_quantile_is_where_the_distribution_is():
    for p, df1, df2 in ((0.001, 3, 7), (0.5, 2, 2), (0.9999, 40, 3)):
        assert f_cdf(f_quantile(p, df1, df2), df1, df2) == pytest.approx(p, rel=1e-12)
        assert f_tail(f_quantile(p, df1, df2), df1, df2) == pytest.approx(1 - p, rel=1e-9)
    assert t_quantile(0.025, 7) == -t_quantile(0.975, 7)


def test_a_design_that_the_method_has_no_constants_for_is_refused():
    four = [*aiag(), aiag()[0]]

    with pytest.raises(ValueError, match="no_range_constants"):
        gauge(four, "range")
    assert gauge(four, "anova").method.startswith("anova")
