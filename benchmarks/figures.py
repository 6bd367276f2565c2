"""What was measured, beside what it must reach and what it should."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """A figure.

    :ivar floor: what it must reach, if anything; where less is better, what it must stay below.
    :ivar aim: what it should reach, or stay below.
    """

    value: float
    floor: float | None = None
    aim: float | None = None
    less_is_better: bool = False

    def reaches(self, goal: float | None) -> bool:
        """Tell whether it is as good as a goal, or there is none."""
        return goal is None or (self.value < goal if self.less_is_better else self.value >= goal)

    @property
    def told(self) -> str:
        """What it must and should reach, and whether it does."""
        must, sign = ("limit", "<") if self.less_is_better else ("floor", ">=")
        return "".join(
            f"   {name} {sign} {goal:,g}{'' if self.reaches(goal) else ' MISSED'}"
            for name, goal in ((must, self.floor), ("aim", self.aim))
            if goal is not None
        )


Figures = dict[str, Figure]


def below(value: float, floor: float | None = None, aim: float | None = None) -> Figure:
    """Return a figure that is better the less it is."""
    return Figure(value, floor, aim, less_is_better=True)


def print_table(figures: Figures) -> None:
    """Print each figure on a line of its own."""
    width = max(map(len, figures))
    for name, figure in figures.items():
        print(f"{name:{width}}  {figure.value:12,.2f}{figure.told}")
