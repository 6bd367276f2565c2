"""Laws of the sums: whatever the numbers, a balance closes, a further tank saves water, and uncertainty goes through as calculus says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.touchstone.practice.plating.baths import gone_through, status, value
from touchstone.practice.plating.balance import balanced, sludge
from touchstone.practice.plating.chemistry import bath_of, metal_of
from touchstone.practice.plating.deposit import efficiency, faraday_mass, thickness
from touchstone.practice.plating.drag_out import by_conductivity, by_drip
from touchstone.practice.plating.footprint import Network, footprint
from touchstone.practice.plating.quantity import quantity
from touchstone.practice.plating.rinsing import approximate_ratio, dilution_reached, ratio
from touchstone.practice.plating.uncertain import Figure, exponential, figure
from touchstone.practice.plating.uncertain import given as input_of

masses = st.floats(0.001, 1e6)
dilutions = st.floats(1.01, 1e7)
stages = st.integers(1, 8)


@given(st.lists(masses, min_size=4, max_size=4))
def test_a_balance_in_which_all_was_found_closes(parts):
    found = balanced(figure(math.fsum(parts)), *(figure(part) for part in parts))

    assert found.closure.value == pytest.approx(0, abs=1e-9 * sum(parts))
    assert 0 < found.use.value <= 100


@given(st.lists(masses, min_size=4, max_size=4), masses)
def test_what_is_missing_is_the_closure_error(parts, missing):
    whole = math.fsum([*parts, missing])

    assert balanced(figure(whole), *(figure(part) for part in parts)).closure.value == pytest.approx(
        missing, abs=1e-9 * whole
    )


@given(dilutions, stages)
def test_a_further_tank_never_needs_more_water(dilution, count):
    assert ratio(figure(dilution), count + 1).value <= ratio(figure(dilution), count).value * (1 + 1e-12)


@given(dilutions, stages)
def test_the_approximation_asks_for_no_less_than_the_exact_sum(dilution, count):
    assert approximate_ratio(figure(dilution), count).value >= ratio(figure(dilution), count).value


@given(dilutions, stages)
def test_the_water_that_is_needed_reaches_the_dilution_that_was_asked_for(dilution, count):
    assert dilution_reached(ratio(figure(dilution), count), count).value == pytest.approx(dilution, rel=1e-9)


@given(st.floats(0.1, 50), st.integers(1, 4))
def test_the_exact_sum_is_what_a_balance_of_every_tank_gives(r, count):
    """Tank k holds c[k]: what comes in (drag-out of k-1, water of k+1) goes out (drag-out, water)."""
    import numpy as np

    matrix, right = np.zeros((count, count)), np.zeros(count)
    for k in range(count):
        matrix[k, k] = 1 + r
        if k:
            matrix[k, k - 1] = -1
        else:
            right[k] = 1
        if k + 1 < count:
            matrix[k, k + 1] = -r
    last = np.linalg.solve(matrix, right)[-1]

    assert dilution_reached(figure(r), count).value == pytest.approx(1 / last, rel=1e-9)


@given(st.floats(0.01, 100), st.floats(1, 1e5), st.floats(0.001, 10), st.floats(1.1, 9))
def test_a_deposit_grows_with_the_current_and_its_time_and_thins_with_the_area(current, time, area, times):
    bath, metal = bath_of("nickel_watts"), metal_of("ni")
    mass = faraday_mass(figure(current), figure(time), bath, metal)

    assert faraday_mass(figure(current * times), figure(time), bath, metal).value == pytest.approx(mass.value * times)
    assert thickness(mass, metal, figure(area * times)).value == pytest.approx(
        thickness(mass, metal, figure(area)).value / times
    )
    assert efficiency(mass, mass).value == pytest.approx(100)
    assert efficiency(mass, mass).u == pytest.approx(0, abs=1e-9)


@given(st.floats(0.1, 100), st.floats(0.001, 1), st.floats(0, 10), st.floats(0, 300), st.floats(1, 100))
def test_waiting_longer_never_leaves_more_of_the_bath_on_the_work(start, rate, end, time, longer):
    short, dripping = by_drip(figure(start), figure(rate), figure(end), figure(time))
    long, _ = by_drip(figure(start), figure(rate), figure(end), figure(time + longer))

    assert long.value <= short.value
    assert short.value - long.value <= dripping.value + 1e-12
    assert by_drip(figure(start), figure(rate), figure(end), figure(0.0))[0].value == pytest.approx(start + end)


@given(st.floats(0.001, 1), st.floats(1, 100), st.floats(1, 1000))
def test_a_rinse_that_took_the_known_portion_itself_tells_that_portion(portion, tank, rise):
    volume = by_conductivity(
        figure(tank), figure(100.0), figure(100 + rise), figure(portion), figure(tank), figure(rise)
    )

    assert volume.value == pytest.approx(portion, rel=1e-6)


def test_a_gram_of_nickel_makes_sludge_of_its_hydroxide():
    """Ni(OH)2 is 92.71 g/mol: 1 g of nickel is 1.580 g of it, and at a quarter of solids 6.32 g of sludge."""
    assert sludge(figure(1.0), metal_of("ni"), figure(25.0)).value == pytest.approx(4 * 92.707 / 58.693, rel=1e-4)


# ------------------------------------------------------------------ uncertainty
numbers = st.tuples(st.floats(0.5, 20), st.floats(0, 0.01))


@given(numbers, numbers, numbers)
def test_uncertainty_is_what_moving_every_input_a_little_gives(one, two, three):
    def formula(x, y, z):
        return exponential((x * y - z) / (x + y * 2)) * x + z / y

    inputs = [input_of(name, value_, u) for name, (value_, u) in zip("xyz", (one, two, three), strict=True)]
    exact = formula(*inputs)

    squares = 0.0
    for index, each in enumerate(inputs):
        step = 1e-6
        moved = [figure(other.value + (step if other is each else 0)) for other in inputs]
        back = [figure(other.value - (step if other is each else 0)) for other in inputs]
        slope = (formula(*moved).value - formula(*back).value) / (2 * step)
        squares += (slope * (one, two, three)[index][1]) ** 2
    assert exact.u == pytest.approx(math.sqrt(squares), rel=1e-5, abs=1e-9)


@given(numbers)
def test_what_enters_twice_is_correlated_with_itself(number):
    x = input_of("x", *number)

    assert (x - x).u == 0
    assert (x + x).u == pytest.approx(2 * x.u)
    assert (x * x).u == pytest.approx(2 * x.value * x.u)


@given(st.floats(2, 1e6), st.integers(1, 6), st.floats(0.001, 0.1))
def test_the_uncertainty_of_a_ratio_is_its_slope_times_that_of_the_dilution(dilution, count, share):
    u = dilution * share * 1e-3
    step = dilution * 1e-5
    slope = (ratio(figure(dilution + step), count).value - ratio(figure(dilution - step), count).value) / (2 * step)

    assert ratio(Figure(dilution, {"d": u}), count).u == pytest.approx(slope * u, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "value_", "u"),
    [
        ("12.0 ± 0.1 A", 12, 0.1),
        ("12.0 +- 0.1 A", 12, 0.1),
        ("250 mA", 0.25, 0.5e-3 / 3**0.5),
        ("0.40 ± 0.04 g/L (k=2)", 400, 20),
        ("3 dm²", 0.03, 0.005 / 3**0.5),
        ("60 min", 3600, 30 / 3**0.5),
        ("105 ± 2 µS/cm", 105, 2),
        ("3.6 ± 0.36 MJ", 1, 0.1),
    ],
)
def test_a_quantity_is_read_with_its_uncertainty_or_that_of_its_last_digit(text, value_, u):
    found = quantity(text, "it")

    assert found.value == pytest.approx(value_)
    assert found.u == pytest.approx(u)


# ------------------------------------------------------------------ footprint
def test_a_network_in_which_water_takes_power_and_power_takes_water_is_solved_exactly():
    """x_p = 10 + 0.1 x_w, x_w = 2 + 0.5 x_p: x_p = 10.2/0.95, x_w = 7/0.95; at 0.4 and 0.3 kg a unit."""
    network = Network(
        ("power", "water"),
        {("power", "water"): figure(0.1), ("water", "power"): figure(0.5)},
        {"power": figure(0.4), "water": figure(0.3)},
    )
    found = footprint(network, {"power": figure(10.0), "water": figure(2.0)})

    assert found.runs["power"].value == pytest.approx(10.2 / 0.95)
    assert found.total.value == pytest.approx((0.4 * 10.2 + 0.3 * 7) / 0.95)


def test_a_network_that_eats_all_it_makes_is_no_network():
    for amount in (1.0, 1.5):
        network = Network(("power",), {("power", "power"): figure(amount)}, {})
        with pytest.raises(ValueError, match="feeds on itself"):
            footprint(network, {"power": figure(1.0)})


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(1, 100), st.floats(0.1, 2))
def test_the_uncertainty_of_a_footprint_is_what_moving_an_input_a_little_gives(a, b, demand, factor):
    def whole(first, second, wanted, per_unit):
        network = Network(("p", "w"), {("p", "w"): first, ("w", "p"): second}, {"p": per_unit})
        return footprint(network, {"p": wanted}).total

    values, us = (a, b, demand, factor), (0.01, 0.02, 0.5, 0.03)
    exact = whole(*(input_of(str(index), value_, u) for index, (value_, u) in enumerate(zip(values, us, strict=True))))

    squares = 0.0
    for index, u in enumerate(us):
        up, down = ([figure(v + (d if i == index else 0)) for i, v in enumerate(values)] for d in (1e-6, -1e-6))
        squares += ((whole(*up).value - whole(*down).value) / 2e-6 * u) ** 2
    assert exact.u == pytest.approx(math.sqrt(squares), rel=1e-4)


# ------------------------------------------------------------------ what a shop could try
@given(st.floats(1, 50))
def test_clean_water_added_to_an_effluent_never_turns_a_failure_into_a_pass(times):
    def report(dilution):
        water = f"water: {{taken: 900 ± 0 L, discharged: {900 * dilution:.6f} ± 0 L, area: 1.00 ± 0 m2}}\n"
        sample = f"samples: [{{id: s, substance: ni, concentration: {0.6 / dilution:.9f} ± 0 mg/L, point: workshop}}]\n"
        return gone_through(f"tables: [gb21900_2008_2]\n{water}{sample}")

    found = report(times)

    assert status(found, "effluent.s.gb21900_2008_2") == "fail"
    assert value(found, "effluent.s.gb21900_2008_2") == pytest.approx(0.6 * 900 / 500, rel=1e-3)
    assert "diluted" in found.flags
