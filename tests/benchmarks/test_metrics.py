"""Figures are what they say, on cases small enough to count by hand."""

import numpy as np
import pytest

from benchmarks import metrics


class TestRanks:
    def test_repeated_documents_count_once(self):
        assert metrics.rank_of("b", ["a", "a", "b"]) == 2

    def test_what_is_not_there_has_rank_zero(self):
        assert metrics.rank_of("c", ["a", "b"]) == 0

    def test_rank_zero_is_never_within(self):
        assert metrics.within(np.array([0, 1, 5, 6]), 5).tolist() == [False, True, True, False]

    def test_reciprocal_rank_of_the_missing_is_zero(self):
        assert metrics.reciprocal(np.array([0, 1, 4])).tolist() == [0.0, 1.0, 0.25]


class TestText:
    def test_punctuation_space_and_script_do_not_matter(self):
        assert metrics.holds("補貼 5,000 元。", "补贴5000元")

    def test_an_empty_answer_stands_nowhere(self):
        assert not metrics.holds("任何文字", "。")

    def test_rouge_of_the_same_text_is_one(self):
        assert metrics.rouge_l("人才公寓", "人才公寓") == 1.0

    def test_rouge_of_a_subsequence(self):
        # Common: 人公寓 (3) of 4 and 5 characters.
        assert metrics.rouge_l("人才公寓", "人的公寓楼") == pytest.approx(2 * 3 / 9)

    def test_rouge_of_nothing_in_common_is_zero(self):
        assert metrics.rouge_l("甲乙", "丙丁") == 0.0
        assert metrics.rouge_l("", "丙丁") == 0.0


class TestRefusal:
    def test_auc_counts_ties_half(self):
        assert metrics.auc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(3.5 / 4)

    def test_refused_keeps_to_the_allowed_false_refusals(self):
        positive = np.arange(10) / 10
        # One of ten may be refused: the bar is at the second lowest.
        assert metrics.refused_at(positive, np.array([0.05, 0.1, 0.5]), 0.1) == pytest.approx(1 / 3)

    def test_curve_runs_from_nothing_refused_to_everything_but_certainty(self):
        curve = metrics.refusal_curve(np.array([0.8, 0.9]), np.array([0.1, 0.2]))
        assert curve[0] == (0.0, 0.0)
        assert curve[-1] == (1.0, 1.0)
        assert (0.0, 1.0) in curve


class TestCalibration:
    def test_perfect_chances_have_no_error(self):
        chances = np.array([0.25] * 4)
        assert metrics.calibration_error(chances, np.array([1.0, 0, 0, 0])) == pytest.approx(0)

    def test_error_is_weighted_by_how_many(self):
        chances, truths = np.array([0.95, 0.95, 0.95, 0.05]), np.array([1.0, 1, 1, 1])
        expected = 0.75 * 0.05 + 0.25 * 0.95
        assert metrics.calibration_error(chances, truths) == pytest.approx(expected)

    def test_certainty_falls_into_the_last_bin(self):
        (only,) = metrics.reliability(np.array([1.0]), np.array([1.0]))
        assert only.count == 1


class TestBootstrap:
    def test_interval_holds_the_figure_and_is_repeatable(self):
        values = np.random.default_rng(1).random(200)
        figure = metrics.mean(values)
        assert figure.low < figure.value < figure.high
        assert figure == metrics.mean(values)

    def test_interval_is_as_wide_as_statistics_say(self):
        values = np.repeat([0.0, 1.0], 200)
        figure = metrics.mean(values)
        # 1.96 standard errors of a share of .5 among 400, each way.
        assert figure.high - figure.low == pytest.approx(2 * 1.96 * 0.025, rel=0.15)

    def test_nothing_measured_gives_no_figure(self):
        assert np.isnan(metrics.mean([]).value)
        assert str(metrics.mean([])) == "–"

    def test_pairs_stay_together(self):
        one = np.arange(50.0)
        figure = metrics.bootstrap_pairs(lambda a, b: float(np.abs(a - b).max()), one, one)
        assert (figure.value, figure.high) == (0.0, 0.0)
