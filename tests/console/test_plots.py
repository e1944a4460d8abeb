"""Where the parts of a plot stand."""

from __future__ import annotations

import pytest

from cxdigest.console.drawn import plots
from cxdigest.console.drawn.plots import HEIGHT, WIDTH, Stack, nice_step, shares, stacked


@pytest.mark.parametrize(
    ("most", "step"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 5), (42, 10), (51, 20), (4000, 1000)]
)
def test_axis_has_at_most_five_steps_of_ones_twos_or_fives(most, step):
    assert nice_step(most) == step
    assert most / step <= 5


def test_parts_of_a_column_stand_on_each_other_and_reach_its_number():
    plot = stacked([Stack(label="a", parts=[("genuine", 1), ("service", 0), ("other", 3)])])
    (column,) = plot.columns
    low, high = column.parts
    assert [part.name for part in column.parts] == ["genuine", "other"]  # no part for a nought
    assert low.y + low.height == plot.base
    assert high.y + high.height == pytest.approx(low.y)
    assert high.height == pytest.approx(3 * low.height, abs=0.2)
    assert column.top == plot.ticks[-1][0]  # four of four
    assert column.total == 4


def test_unknown_week_is_a_gap_and_a_known_one_without_openings_is_a_nought():
    gap, nought = stacked(
        [Stack(label="a", parts=[], known=False), Stack(label="b", parts=[("genuine", 0)])]
    ).columns
    assert not gap.known
    assert nought.known
    assert nought.parts == ()
    assert nought.top == HEIGHT - plots._BOTTOM


def test_all_of_a_plot_stands_within_its_frame():
    plot = stacked([Stack(label=str(n), parts=[("genuine", n)]) for n in range(60)])
    assert all(plot.left <= one.x and one.x + one.width <= plot.right for one in plot.columns)
    assert all(part.y > 0 and part.height > 0 for one in plot.columns for part in one.parts)
    assert plot.right < WIDTH
    labels = [one for one in plot.columns if one.labelled]
    assert len(labels) <= 9
    assert plot.columns[-1].labelled
    assert not plot.columns[-1].lesser


def test_share_stands_between_the_ends_of_its_interval_and_too_few_leave_a_gap():
    plot = shares(["a", "b"], [(0.2, 0.1, 0.42), None])
    mark, gap = plot.marks
    assert mark.high < mark.y < mark.low  # y grows downwards
    assert gap.y is None
    assert [label for _, label in plot.ticks] == ["0 %", "10 %", "20 %", "30 %", "40 %", "50 %"]


def test_axis_of_shares_ends_at_a_hundred():
    assert shares(["a"], [(1.0, 0.9, 1.0)]).ticks[-1][1] == "100 %"
    assert shares(["a"], [None]).ticks[0][1] == "0 %"


def test_thousands_are_written_short():
    assert stacked([Stack(label="a", parts=[("genuine", 7500)])]).ticks[-1][1] == "8k"
