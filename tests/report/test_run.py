"""The report of a run on the tiny examples: what it says, of whom, and what it keeps to itself."""

from dataclasses import replace

import pandas as pd
import pytest

from stance.classifiers import author_prior, complement_nb, linear_svm, majority
from stance.evaluation import evaluate
from stance.evaluation.leaks import AUTHORS_TELL, N_RESAMPLES
from stance.evaluation.scores import Score
from stance.evaluation.scores._refits import weigh_refits
from stance.folds import author_groups, leave_one_author_out, leave_one_out, repeated_stratified
from stance.report import Reported, _run, report_files, run_report
from stance.report._methods import describe_groups
from tests.tables import LABELS

CONFIG = {
    "classifier": {"_target_": "x", "ngrams": [1, 2], "char_ngrams": None},
    "folds": {"_target_": "x"},
    "weights": {"label_share": False, "own": 1},
    "bootstrap": {"n_resamples": 100, "random_state": 3},
    "seed": 3,
}
SECTIONS = [
    "Methods",
    "Scores",
    "Leak report",
    "What this cannot tell",
    "Confusion",
    "Folds",
    "Where it goes wrong",
    "Calibration",
    "Hardest examples",
    "What it looks at",
    "Comments",
]


@pytest.fixture
def rows(examples):
    return examples.assign(
        target="the ferry",
        thread_id="t",
        context="",
        label_share=[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]] + [[0.5, 0.5, 0.0]] * 5,
    )


def reported(rows, classifier=None, name="complement_nb", folds=leave_one_author_out, config=CONFIG, metric="macro_f1"):
    classifier = complement_nb() if classifier is None else classifier
    evaluation = evaluate(
        classifier,
        rows,
        folds(rows),
        LABELS,
        author_groups(rows),
        name=name,
        scheme=folds.__name__,
        why="Held out: author.",
        n_resamples=100,
        metric=metric,
    )
    stats = {"labels": rows["label"].value_counts().to_dict(), "dropped": {"ping": 2}}
    return Reported("ferry, complement_nb", evaluation, rows, LABELS, stats, "nominal alpha 1.000, of models", config)


def section(report, title):
    return next(part for part in report.sections if part.title == title)


def test_a_run_says_what_was_done_and_what_came_of_it(rows):
    report = run_report(reported(rows), "config 1, data 2, code 3")
    assert [part.title for part in report.sections] == SECTIONS
    data, agreed, method = section(report, "Methods").paragraphs
    assert data == ("The data are 8 examples of stance toward the ferry (3 favor, 3 none, 2 against); dropped: 2 ping.")
    assert agreed == "Agreement of the labels: nominal alpha 1.000, of models."
    assert "complement_nb: complement naive Bayes on TF-IDF" in method
    assert " (ngrams=1–2, char_ngrams=none)." in method
    assert "8 examples in 5 groups were tested once, in 5 folds of 1 to 3 test examples (leave_one_author" in method
    assert "A group is all examples that share an author; one without stands alone." in method
    assert "100 resamples of the confusion counts (seed 3)" in method
    assert report.made_by == "config 1, data 2, code 3"


def test_the_verdict_puts_the_best_that_cheats_beside_the_score(rows):
    made = reported(rows)
    first, second, third, last = run_report(made, "x").verdict
    score = made.evaluation.scores[0]
    doubt = "That interval is not to be trusted: against is given in 1 group only."
    found = str(score).removeprefix("macro_f1 ")
    assert first == f"complement_nb scores macro F1 {found} under leave_one_author_out. {doubt}"
    assert "which never reads a comment and scores 0." in second
    assert third.endswith(": no leak can be told.")
    assert last == "In brackets: 95 % intervals over 5 groups."


def test_random_folds_and_what_never_reads_are_called_so_in_the_verdict(rows):
    verdict = run_report(reported(rows, majority(), "majority", leave_one_out), "x").verdict
    assert " against the strictest folds: no leak can be told." in verdict[2]
    assert verdict[0].startswith("majority, which never reads a comment, scores macro F1 0.")
    assert "Random folds let authors, threads and targets stand on both sides: scores under them do not " in verdict[3]
    assert not any("Random folds let" in said for said in run_report(reported(rows), "x").verdict)


def test_strictest_folds_that_hold_nothing_out_are_marked_as_random(rows):
    alone = rows.assign(author=None, thread_id=rows["example_id"])
    made = reported(alone, folds=lambda examples: repeated_stratified(examples, n_folds=2))
    tested = replace(made.evaluation.tested, scheme="strictest", parted=True)
    verdict = run_report(replace(made, evaluation=replace(made.evaluation, tested=tested)), "x").verdict
    assert (
        "These folds are random: strictest found no author, thread or target to hold out, and keeps only repeated "
        "texts on one side."
    ) in verdict


def test_that_authors_tell_the_label_is_in_the_verdict_but_where_folds_are_random_anyway(rows):
    made = reported(rows)
    leaks = replace(made.evaluation.leaks, findings=(f"All of them. {AUTHORS_TELL}", "Something else."))
    verdict = run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks)), "x").verdict
    assert verdict[-2] == f"All of them. {AUTHORS_TELL}"
    assert "Something else." not in verdict


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.1, 0.3), "Random folds look +0.20 (+0.10 to +0.30) macro F1 better than leave_one_author_out."),
        ((-0.1, 0.5), "macro F1 by +0.20 (-0.10 to +0.50) against leave_one_author_out: no leak can be told."),
        ((0.0, 0.4), "macro F1 by +0.20 (+0.00 to +0.40) against leave_one_author_out: no leak can be told."),
    ],
)
def test_random_folds_are_said_to_flatter_only_where_the_interval_says_so(rows, ends, said):
    made = reported(rows)
    leaks = replace(made.evaluation.leaks, gaps=(Score("macro_f1", 0.2, *ends),))
    verdict = run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks)), "x").verdict
    assert verdict[2].endswith(said)


@pytest.mark.parametrize(
    ("ends", "said"),
    [((0.1, 0.3), "that is other comments, and no leak"), ((-0.1, 0.5), "no difference can be told")],
)
def test_a_gap_to_folds_that_keep_nobody_apart_is_no_leak(rows, ends, said):
    made = reported(rows)
    leaks = replace(made.evaluation.leaks, gaps=(Score("macro_f1", 0.2, *ends),))
    tested = replace(made.evaluation.tested, scheme="official", apart=())
    verdict = run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks, tested=tested)), "x").verdict
    assert verdict[2] == (
        f"Random folds change macro F1 by +0.20 ({ends[0]:+.2f} to {ends[1]:+.2f}) against official, which keeps no "
        f"author, thread or target on one side: {said}."
    )
    assert reported(rows).evaluation.tested.apart == ("author",)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("No mark", "No mark."),
        ("One mark.", "One mark."),
        ("are ids written alike?.", "are ids written alike?"),
        ("and more …", "and more …"),
    ],
)
def test_every_limit_ends_in_one_mark(rows, given, said):
    assert section(run_report(reported(rows), "x", [given]), "What this cannot tell").paragraphs[-1] == said


def test_what_training_anew_adds_is_in_the_verdict_and_beside_the_scores(rows):
    made = reported(rows)
    refits = weigh_refits(made.evaluation.primary, [0.4, 0.5])
    report = run_report(replace(made, evaluation=replace(made.evaluation, refits=refits)), "x")
    both = refits.score
    assert report.verdict[1] == (
        f"With what training anew adds, from 2 refits, that is {both.value:.2f} ({both.low:.2f} to {both.high:.2f})."
    )
    said = section(report, "Scores").paragraphs
    assert said[-1] == (
        "Trained anew, with other seeds and on training groups drawn with replacement (such a draw leaves some out, so "
        f"that it may score less), it scores macro F1 {refits}."
    )
    assert not any("Trained anew" in sentence for sentence in section(run_report(made, "x"), "Scores").paragraphs)


def test_what_a_run_cannot_tell_is_said_in_words(rows):
    made = reported(rows)
    score = made.evaluation.scores[0]
    ends = f"from {score.low:.2f} to {score.high:.2f}"
    report = run_report(made, "x", ["All of it is invented."])
    assert section(report, "What this cannot tell").paragraphs == [
        f"8 examples in 5 groups were tested: any macro F1 {ends} fits what was seen, for this trained classifier. "
        "Others may fit as well, since that interval is not to be trusted: against is given in 1 group only.",
        "There is one thread and one target only: nothing is said of another.",
        "Nothing is said of sites, times and languages other than those of the data.",
        "All of it is invented.",
    ]
    several = rows.assign(target=["the ferry", "the bridge"] * 4, thread_id=list("tttuuuuu"))
    said = section(run_report(reported(several, folds=leave_one_out), "x"), "What this cannot tell").paragraphs
    assert said[1] == "Authors, threads and targets are on both sides of folds: for new ones scores may be lower."
    alone = replace(made.evaluation, scores=(replace(score, low=float("nan"), high=float("nan")),))
    said = section(run_report(replace(made, evaluation=alone), "x"), "What this cannot tell").paragraphs
    assert said[0] == (
        "8 examples in 5 groups were tested: macro F1 has no interval, and how far it is from the truth is not known."
    )
    alone = replace(alone, predictions=alone.predictions.assign(group="p"))
    said = section(run_report(replace(made, evaluation=alone), "x"), "What this cannot tell").paragraphs
    assert said[0] == "All 8 tested examples are of one group: how far the score is from the truth is not known."


def test_what_annotators_reach_says_what_kind_they_are(rows):
    three = rows.assign(annotators=[["a1", "a2", "a3"]] * 8, annotator_labels=[[label] * 3 for label in rows["label"]])
    made = reported(three)
    assert section(run_report(made, "x"), "Scores").paragraphs[0].startswith("What annotators reach: one annotator ")
    models = replace(made, stats={**made.stats, "agreement": {"note": "all of them language models"}})
    said = section(run_report(models, "x"), "Scores").paragraphs[0]
    assert said.startswith("What annotators reach (all of them language models): one annotator against ")


def test_rows_that_cheat_are_called_so_in_every_form_of_the_leak_table(rows):
    files = report_files(run_report(reported(rows), "x"))
    assert b"| majority (cheats) | these |" in files["report.md"]
    assert rb"majority (cheats) & these &" in files["tables/leaks.tex"]
    other = f"The intervals of this section come from {N_RESAMPLES:,} resamples"
    assert other in files["report.md"].decode()
    alike = {**CONFIG, "bootstrap": {"n_resamples": N_RESAMPLES, "random_state": 3}}
    assert other not in report_files(run_report(reported(rows, config=alike), "x"))["report.md"].decode()


def test_rows_of_few_groups_are_cautioned(rows):
    tables = section(run_report(reported(rows), "x"), "Where it goes wrong").tables
    note = "Rows of fewer than 5 groups have intervals that are too narrow to trust; one group has none."
    assert {table.note for table in tables} == {note}
    many = pd.concat([rows.assign(example_id=rows["example_id"] + x, author=rows["example_id"] + x) for x in "abcdef"])
    made = reported(many.assign(target=["the ferry", "the bridge"] * 24).reset_index(drop=True))
    by_target = section(run_report(made, "x"), "Where it goes wrong").tables[0]
    assert (by_target.name, by_target.note) == ("by_target", "")


def test_a_tuned_run_says_among_what_its_settings_were_chosen(rows):
    tuned = replace(reported(rows).evaluation, tuning="C=1.")
    tune = {"_target_": "x", "values": {"complement_nb": {"ngrams": [[1, 1], [1, 2]], "alpha": [0.1, 1]}}, "n_folds": 3}
    made = replace(reported(rows), evaluation=tuned, config={**CONFIG, "tune": tune})
    method = section(run_report(made, "x"), "Methods").paragraphs[2]
    assert "complement naive Bayes on TF-IDF" in method
    assert " (char_ngrams=none)." in method
    assert (
        "Its settings (ngrams of 1–1, 1–2; alpha of 0.1, 1) were chosen inside each fold's training rows, by macro F1 "
        "over 3 inner folds, by a search that keeps groups together and never saw the test rows."
    ) in method


@pytest.mark.parametrize(
    ("changes", "groups", "said"),
    [
        ({"author": list("ppqqrrss")}, list("ppqqrrss"), "A group is all examples that share an author."),
        (
            {"author": list("ppqqrrss"), "target": list("ttttuuuu")},
            list("ttttuuuu"),
            "A group is all examples that share an author or a target.",
        ),
        ({"author": list("ppqqrrss")}, list("12345678"), "Each example is a group of its own."),
        ({"author": list("ppqqrrss")}, list("11234455"), "A group is an example with its duplicates."),
        (
            {"author": list("pqpqpqpq"), "thread_id": list("abcdefgh"), "target": list("ttttuuuu")},
            list("ttttuuuu"),
            "A group is all examples that share a target.",
        ),
        ({"author": list("pqpqpqpq")}, list("11223344"), "A group is an example with its duplicates."),
    ],
)
def test_a_group_is_said_to_be_what_its_examples_share(rows, changes, groups, said):
    predictions = pd.DataFrame({"example_id": rows["example_id"], "group": groups})
    assert describe_groups(rows.assign(**changes), predictions) == said


def test_why_no_label_is_doubted_is_said(rows):
    def said(*classifier):
        return section(run_report(reported(rows, *classifier), "x"), "Hardest examples").paragraphs[-1]

    assert said(majority(), "majority") == "What never reads a comment cannot doubt its label."
    assert said(linear_svm(), "linear_svm") == "No label is doubted: there are no probabilities."
    assert said() == "No label is doubted by confident learning."


def test_without_probabilities_the_order_of_the_hardest_is_said_to_mean_nothing(rows):
    by_id = "Without probabilities those that are wrong equally often stand in the order of their ids."
    with_scores, without = (
        section(run_report(reported(rows, *classifier), "x"), "Hardest examples").tables[0].note
        for classifier in ((), (linear_svm(), "linear_svm"))
    )
    assert by_id not in with_scores
    assert without.endswith(by_id)


def test_the_weight_of_a_doubt_is_that_of_the_classifier(rows):
    made = reported(rows)
    sure = made.evaluation.predictions
    said = ["favor" if one == "t#1" else label for one, label in zip(sure["example_id"], sure["label"], strict=True)]
    sure = sure.assign(**{f"score_{label}": [0.8 if label == one else 0.1 for one in said] for label in LABELS})

    def note(own, cheating):
        table = made.evaluation.leaks.rows
        values = [cheating if cheats else own for cheats in table["cheats"]]
        leaks = replace(made.evaluation.leaks, rows=table.assign(macro_f1=values))
        report = run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks, predictions=sure)), "x")
        return next(table for table in section(report, "Hardest examples").tables if table.name == "suspected").note

    little = "The doubts of this classifier, which scores no more than what cheats, are worth little."
    assert note(0.4, 0.4).endswith(little)
    assert little not in note(0.5, 0.4)


def test_every_table_is_there_as_csv_and_latex(rows):
    files = report_files(run_report(reported(rows), "x"))
    tables = {
        "scores",
        "leaks",
        "confusion",
        "folds",
        "fold_sides",
        "by_author_comments",
        "by_length",
        "reliability",
        "hardest",
    }
    tables |= {"features", "comments"}
    made = {path.removeprefix("tables/") for path in files if path.startswith("tables/")}
    assert {f"{name}.{kind}" for name in tables for kind in ("csv", "tex")} <= made
    pictures = {path.removeprefix("plots/") for path in files if path.startswith("plots/")}
    names = ("leaks", "confusion", "folds", "reliability")
    assert pictures == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_words_of_comments_stay_where_they_are_unless_asked_for(rows):
    report = run_report(reported(rows), "x")
    inside = b"".join(report_files(report).values())
    outside = b"".join(report_files(report.without_words()).values())
    for words in ("a joy on board", "timetable", "sunk"):
        assert words.encode() in inside
        assert words.encode() not in outside
    assert b"N-grams are words of comments" in outside
    assert b"t#5" in outside


def test_the_hardest_stand_with_their_texts_where_texts_may_be(rows):
    report = run_report(reported(rows), "x")
    with_words, wordless = (
        section(made, "Hardest examples").tables[0].frame for made in (report, report.without_words())
    )
    texts = rows.set_index("example_id")["text"]
    assert len(with_words)
    assert list(with_words["text"]) == [texts[example_id] for example_id in with_words["example_id"]]
    assert "text" not in wordless
    assert len(wordless) == len(with_words)


def test_the_comments_table_says_what_was_predicted_and_why(rows):
    made = reported(rows)
    table = section(run_report(made, "x"), "Comments").tables[0]
    assert table.columns == ["example_id", "label", "predicted", "author", "right", "evidence", "features", "text"]
    by_id = made.evaluation.predictions.set_index("example_id")
    for cells, wrong in table.shown():
        expected = by_id.loc[cells[0]]
        assert cells[1:3] == [expected["label"], expected["predicted"]]
        assert wrong == (cells[4] == "wrong") == (expected["label"] != expected["predicted"])
        assert cells[6] == expected["features"]
    assert table.shown()[2][0][3] == "–"
    assert table.shown()[0][0][5] == "“late”"


def test_every_metric_has_its_definition(rows):
    table = section(run_report(reported(rows), "x"), "Scores").tables[0]
    assert set(table.hints) == {cells[0] for cells, _ in table.shown()}
    assert table.hints["accuracy"] == "Share of the examples whose predicted label is the given one."


def test_folds_that_part_no_author_say_so_and_those_that_do_as_well(rows):
    said = section(run_report(reported(rows), "x"), "Folds").paragraphs
    assert said[:2] == [
        "5 folds of 1 to 3 test examples. On both sides of a fold: authors in none, threads in 5, targets in 5.",
        "Held out: author.",
    ]
    straddling = section(run_report(reported(rows, folds=leave_one_out), "x"), "Folds").paragraphs[0]
    assert straddling == (
        "8 folds of 1 test example. On both sides of a fold: authors in 5, threads in 8, targets in 8."
    )


def test_the_tables_of_folds_show_no_column_that_says_nothing(rows):
    made = reported(rows.assign(target=["the ferry", "the bridge"] * 4))

    def tables(**changes):
        tested = replace(made.evaluation.tested, summary=made.evaluation.tested.summary.assign(**changes))
        report = run_report(replace(made, evaluation=replace(made.evaluation, tested=tested)), "x")
        return [table.columns for table in section(report, "Folds").tables]

    once, sides, targets = tables(finding="")
    assert once[:4] == ["fold", "train", "test", "test_groups"]
    assert sides[:4] == ["fold", "train_authors", "test_authors", "shared_authors"]
    assert sides[-1] == "shared_targets"
    assert targets == ["fold", "target", "train", "test"]
    once, sides, targets = tables(repeat=[0, 0, 0, 1, 1], finding=["", "no favor", "", "", ""])
    assert [columns[:2] for columns in (once, sides, targets)] == [["repeat", "fold"]] * 3
    assert sides[-1] == "finding"
    assert "finding" not in once


def test_features_stand_in_the_order_of_the_labels(rows):
    table = section(run_report(reported(rows), "x"), "What it looks at").tables[0]
    assert [cells[0] for cells, _ in table.shown()] == list(LABELS)


def test_a_classifier_without_probabilities_has_no_calibration(rows):
    titles = [part.title for part in run_report(reported(rows, linear_svm(), "linear_svm"), "x").sections]
    assert titles == [title for title in SECTIONS if title != "Calibration"]


def test_what_cheats_doubts_no_label_and_says_which_column_it_looks_at(rows):
    report = run_report(reported(rows, author_prior(), "author_prior", leave_one_out), "x")
    assert "suspected" not in [table.name for part in report.sections for table in part.tables]
    importance = section(report, "What it looks at").tables[0].frame
    assert importance["column"].tolist()[0] == "author"
    assert (importance["loss"][1:] == 0).all()
    names = [
        table.name for part in run_report(reported(rows, majority(), "majority"), "x").sections for table in part.tables
    ]
    assert "suspected" not in names


def test_several_repeats_are_said_to_be_several(rows):
    def twice(examples):
        folds = leave_one_author_out(examples)
        return folds + [type(fold)(1, fold.fold, fold.train, fold.test) for fold in folds]

    twice.__name__ = "by_author"
    method = section(run_report(reported(rows, folds=twice), "x"), "Methods").paragraphs[2]
    assert "8 examples in 5 groups were tested 2 times, each time under other folds, in 5 folds of" in method


def test_one_kind_of_examples_is_said_in_words(rows):
    alike = rows.assign(author=[f"reader-{n}" for n in range(8)], text="the very same words")
    said = section(run_report(reported(alike), "x"), "Where it goes wrong")
    assert said.paragraphs == ["All examples are of one kind: one target, length, depth and frequency of author."]
    assert isinstance(alike, pd.DataFrame)


def test_examples_that_other_data_sets_lend_are_named_and_not_counted_as_the_data(rows):
    made = reported(rows)
    lent = rows.assign(example_id=rows["example_id"] + "x", source="elsewhere")
    both = pd.concat([rows.assign(source=None), lent], ignore_index=True)
    data = section(run_report(replace(made, examples=both), "x"), "Methods").paragraphs[0]
    assert data.startswith("The data are 8 examples of stance toward the ferry (")
    assert data.endswith("For training there are examples of other data sets beside them: 8 of elsewhere.")


def test_more_than_what_cheats_is_not_said_without_a_doubt_where_intervals_overlap(rows):
    made = reported(rows)
    table = pd.DataFrame(
        {
            "name": ["logreg", "majority"],
            "cheats": [False, True],
            "folds": "these",
            "macro_f1": [0.5, 0.2],
            "macro_f1_low": [0.1, 0.1],
            "macro_f1_high": [0.9, 0.3],
            "macro_f1_doubt": "",
        }
    )

    def said(rows_of_leaks):
        leaks = replace(made.evaluation.leaks, rows=rows_of_leaks)
        return run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks)), "x").verdict[1]

    assert said(table).startswith(
        "That is more than majority, which never reads a comment and scores 0.20 (0.10 to 0.30)"
    )
    assert said(table).endswith("The intervals overlap: a comparison of both says whether they can be told apart.")
    assert said(table.assign(macro_f1_low=[0.4, 0.1])).endswith("under the same folds.")
    assert said(table.assign(macro_f1=[0.2, 0.2])).startswith("That is no more than majority")
    doubted = table.assign(macro_f1_low=[0.4, 0.1], macro_f1_doubt=["", "favor is given in 2 groups only"])
    assert said(doubted).endswith("The intervals do not overlap, but they are not to be trusted.")
    alone = table.assign(macro_f1_low=float("nan"))
    assert said(alone).endswith("Without intervals it is not known whether that is more than chance.")
    tied = pd.concat([table, table.tail(1).assign(name="author_prior")], ignore_index=True)
    assert said(tied).startswith("That is more than majority, which")


def test_the_verdict_says_where_other_metrics_stand_the_other_way_round(rows):
    made = reported(rows)
    both = {"favor_against_f1": [0.5, 0.6], "accuracy": [0.7, 0.6]}
    ends = {f"{name}_doubt": "" for name in ("macro_f1", *both)}
    ends |= {f"{name}_{end}": [0.1, 0.1] for name in ("macro_f1", *both) for end in ("low", "high")}
    table = pd.DataFrame(
        {"name": ["logreg", "target_only"], "cheats": [False, True], "folds": "these", "macro_f1": [0.6, 0.5]}
        | both
        | ends
    )

    def verdict(rows_of_leaks):
        leaks = replace(made.evaluation.leaks, rows=rows_of_leaks)
        return run_report(replace(made, evaluation=replace(made.evaluation, leaks=leaks)), "x").verdict

    said = "In favor_against_f1 (0.500 against 0.600 of target_only) it is no more: the metrics disagree."
    assert said in verdict(table)
    assert not any("disagree" in line for line in verdict(table.assign(favor_against_f1=[0.7, 0.6])))
    worse = table.assign(macro_f1=[0.4, 0.5], favor_against_f1=[0.5, 0.6])
    assert "In accuracy (0.700 against 0.600 of target_only) it is more: the metrics disagree." in verdict(worse)


def test_the_verdict_is_about_what_the_task_is_judged_by(rows):
    report = run_report(reported(rows, metric="favor_against_f1"), "x")
    assert report.verdict[0].startswith("complement_nb scores favor_against_f1 0.")
    assert report.verdict[-2].startswith("Random folds change favor_against_f1 by ")
    assert ": any favor_against_f1 from " in section(report, "What this cannot tell").paragraphs[0]
    (picture,) = section(report, "Leak report").pictures
    assert picture.words.startswith("favor_against_f1: complement_nb, these folds 0.")


def test_the_picture_of_the_same_folds_is_drawn_once_whatever_the_classifier(rows, monkeypatch):
    drawn, plot = [], _run.plot_folds
    monkeypatch.setattr(_run, "_DRAWN", {})
    monkeypatch.setattr(_run, "plot_folds", lambda *given: drawn.append(given) or plot(*given))
    of_folds = [
        report_files(run_report(reported(rows, classifier, name, folds), "made by"))["plots/folds.svg"]
        for classifier, name, folds in (
            (majority(), "majority", leave_one_author_out),
            (complement_nb(), "complement_nb", leave_one_author_out),
            (majority(), "majority", leave_one_out),
        )
    ]
    assert len(drawn) == 2
    assert of_folds[0] == of_folds[1]
    assert of_folds[2] != of_folds[0]
