"""What the command line refuses, and in which words; what it loads before it does so."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from stance.dataset.tables.declared.keys import COLUMNS, STUDY, TABLE

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("clasifier=logreg", "Did you mean 'classifier'?"),
        ("classifier=logrgeg", "Did you mean 'logreg'?"),
        ("classifier.ngrms=[1,2]", "Did you mean 'classifier.ngrams'?"),
        ("folds.n_fold=3", "Key 'n_fold' not in 'strictest'"),
        ("experiment=awl_baseline", "Did you mean 'awl_baselines'?"),
        ("tracking.url=x", "Did you mean 'tracking.uri'?"),
        ("seed=many", "seed: expected a whole number, found 'many'; write it as in seed=0"),
        ("+classifier.ngrms=[1,2]", "found 'classifier.ngrms', which nothing reads. Did you mean 'ngrams'?"),
        ("+foo=1", "found 'foo', which nothing reads"),
        (
            "dataset.context=grandparent",
            "'thread', 'title', 'post'], found 'grandparent'. Did you mean 'parent'?",
        ),
        ("classifier.ngrams=[2,1]", "expected [shortest, longest] with 1 <= shortest <= longest, found [2, 1]"),
        ("classifier._target_=os.system", "expected a _target_ of"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_with_the_near_miss(run, workspace, override, message):
    code, output = run("train", override)
    assert code == 2
    assert message in output
    assert "Traceback" not in output
    assert not list(workspace.glob("outputs/train/*/report"))


def test_a_typo_in_a_sweep_is_refused_before_the_first_job(run, workspace):
    code, output = run("train", "-m", "classifier=majority,logreg,linear_swm")
    assert code == 2
    assert "Did you mean 'linear_svm'?" in output
    assert "#0" not in output


@pytest.mark.parametrize("arguments", [["--help"], ["classifier=logrgeg"], ["--shell-completion", "query=bash"]])
def test_help_completion_and_a_refused_typo_load_nothing_heavy(arguments, tmp_path):
    script = ROOT / "experiments" / "train.py"
    heavy = ("sklearn", "mlflow", "datasets", "pandas", "numpy", "matplotlib")
    code = (
        f"import sys, runpy; sys.argv = {[str(script), *arguments]!r}\n"
        f"try: runpy.run_path({str(script)!r}, run_name='__main__')\n"
        f"except SystemExit as end: print('code', end.code)\n"
        f"print('heavy', [name for name in {heavy!r} if name in sys.modules])"
    )
    environment = {"PATH": "/usr/bin", "PYTHONPATH": str(ROOT), "COMP_LINE": "train.py classifier=", "COMP_POINT": "20"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert "heavy []" in done.stdout


def test_a_command_does_not_search_all_its_objects_for_rings_when_it_ends(tmp_path):
    code = (
        "import atexit, gc, sys\n"
        "atexit.register(lambda: print('kept from the search', gc.get_freeze_count(), gc.get_threshold()))\n"
        "from stance.commands.main import main\n"
        "sys.argv = ['stance', 'train', '--help']\n"
        "sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    )
    found = re.search(r"kept from the search (\d+) \((\d+), ", done.stdout)
    assert found is not None, done.stdout + done.stderr
    assert int(found[1]) > 10_000
    assert int(found[2]) > 10_000


def test_jobs_of_a_launcher_in_processes_of_their_own_search_as_seldom(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="the extra `scale` is not installed")
    code = (
        "import gc, os, sys\n"
        "from stance.commands.config import launch\n"
        "def task(config):\n"
        "    print('job', os.getpid(), gc.get_threshold()[0], flush=True)\n"
        "here = os.getpid()\n"
        "sys.argv = ['train', '-m', 'seed=0,1', 'hydra/launcher=joblib', 'hydra.launcher.n_jobs=2']\n"
        "code = launch(task, 'train')\n"
        "print('ended', code, here)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment)
    jobs = re.findall(r"job (\d+) (\d+)", done.stdout)
    ended = re.search(r"ended 0 (\d+)", done.stdout)
    assert ended is not None, done.stdout + done.stderr
    assert len(jobs) == 2, done.stdout + done.stderr
    assert ended[1] not in {process for process, _ in jobs}
    assert all(int(threshold) > 10_000 for _, threshold in jobs)


def test_a_study_in_the_folder_has_its_config_in_a_folder_of_ones_own(run, workspace):
    own = workspace / "mine" / "dataset"
    own.mkdir(parents=True)
    (workspace / "seeds").unlink()
    copytree(ROOT / "seeds" / "sunday_opening", workspace / "seeds" / "village")
    (own / "village.yaml").write_text(
        "# A village.   stance build dataset=village\n"
        "defaults: [/schema/dataset/build_from_study@_here_, _self_]\nstudy: seeds/village\nannotator: a1\n"
    )
    code, output = run("build", "dataset=village", "--config-dir", str(workspace / "mine"))
    assert code == 0, output
    # a1 decides ties, as only that YAML says
    assert "dropped: 2 not_annotated, 2 ping" in output


COMMANDS = ["train", "build", "compare", "power", "learning_curve"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does_its_choices_and_its_values(run, command):
    code, output = run(command, "--help")
    assert code == 0, output
    assert output.startswith((ROOT / "configs" / f"{command}.yaml").read_text().splitlines()[0].removeprefix("# "))
    assert "  sqlite  " in output or command in ("power", "learning_curve")
    assert "schema" not in output
    assert "_target_" not in output
    assert "\nValues, set with key=value:\n" in output


def test_help_says_beside_each_choice_and_value_what_its_yaml_says(run):
    _, output = run("train", "--help")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "majority Cheats: always the most frequent label" in lines
    assert "awl_baselines What do the baselines reach on the AWL thread, and what do the rows that cheat?" in lines
    assert "C: 1.0 smaller penalises more" in lines
    assert "folds what it is tested on: all held out that the data allows" in lines


def test_help_says_what_every_key_of_a_dataset_means_where_its_yaml_says_nothing(run, workspace):
    _, output = run("build", "--help", "dataset=cic_es")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert f"bins: null {TABLE['bins'].meaning}" in lines
    assert f"text: TWEET {COLUMNS['text'].meaning}" in lines
    assert "quoting: false quotation marks in tweets are theirs, not the table's" in lines
    _, output = run("train", "--help", "dataset=awl")
    assert f"targets: null {STUDY['targets'].meaning}" in [" ".join(line.split()) for line in output.splitlines()]


def test_help_shows_the_values_of_what_is_chosen_and_the_choices_of_ones_own(run, workspace):
    own = workspace / "mine" / "classifier"
    own.mkdir(parents=True)
    (own / "strict.yaml").write_text(
        "# Penalised more.   stance train classifier=strict\n"
        "defaults: [/schema/classifier/logreg@_here_, _self_]\nC: 0.1   # a tenth\n"
    )
    code, output = run("train", "--help", "classifier=strict", "seed=7", "--config-dir", str(workspace / "mine"))
    assert code == 0, output
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert {"strict Penalised more", "C: 0.1 a tenth"} <= set(lines)
    assert any(line.startswith("seed: 7 ") for line in lines)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("dataset.columns=3", "keys and values, found '3'; write it as in 'dataset.columns={text: comment}'"),
        (
            "dataset.labels=against",
            "dataset.labels: expected a list, found 'against'; write it as in 'dataset.labels=[against, none, favor]'",
        ),
        (
            "dataset.extra={a: 1}",
            "dataset.extra: expected a list of texts, found '{a: 1}'; write it as in 'dataset.extra=[language, likes]'",
        ),
        (
            "dataset.context_limit=far",
            "dataset.context_limit: expected a whole number, found 'far'; write it as in dataset.context_limit=500",
        ),
        ("dataset.label_values.A=[1]", "dataset.label_values: expected keys and values; write it as in "),
        ("seed=many", "seed: expected a whole number, found 'many'; write it as in seed=0"),
        ("seed=1.5", "seed: expected a whole number, found '1.5'; write it as in seed=0"),
        ("permutations=null", "permutations: expected a whole number, found 'null'; write it as in permutations=0"),
        ("classifier.C=much", "classifier.C: expected a number, found 'much'; write it as in classifier.C=1.0"),
        ("bootstrap.n_resamples=x", "found 'x'; write it as in bootstrap.n_resamples=10000"),
        ("bootstrap=5", "a value for each of its keys, as in bootstrap.n_resamples=10000"),
        ("tracking.texts=maybe", "tracking.texts: expected true or false, found 'maybe'; write it as in "),
        ("tracking.wait=soon", "tracking.wait: expected a number, found 'soon'; write it as in tracking.wait=0.5"),
        (
            "classifier.ngrams=x",
            "expected a list of whole numbers, found 'x'; write it as in 'classifier.ngrams=[1,1]'",
        ),
        ("classifier.ngrams=[a,2]", "expected a list of whole numbers, found '[a,2]'; write it as in "),
        ("trust=x", "trust: expected a list of texts, found 'x'; write it as in 'trust=[a, b]'"),
        ("metrics=[a]", "metrics: expected keys and values, found '[a]'; write it as in 'metrics={a: b}'"),
        ("tracking.experiment_name=[a]", "tracking.experiment_name: expected text, found '[a]'; write it as in "),
        ("weights.by_annotators=x", "weights: expected a key of ['label_share', 'own'], found 'by_annotators'."),
        ("tune.n_folds=5", "tune.n_folds: first choose one of ['grid'], as in tune=grid"),
    ],
)
def test_a_value_of_a_wrong_kind_is_told_what_is_expected_and_no_other_key(run, override, said):
    code, output = run("train", "dataset=vast", "dataset.path=x", override)
    assert code == 2
    assert said in output
    assert "Did you mean" not in output
    assert "full_key" not in output  # of OmegaConf


def test_help_with_an_override_that_cannot_be_used_is_refused_as_a_run_is(run):
    code, output = run("train", "--help", "classifier.ngrms=1")
    assert code == 2
    assert "Did you mean 'classifier.ngrams'?" in output
    assert "Values" not in output
    assert "+classifier" not in output


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("clasifier=logreg", "found 'clasifier'. Did you mean 'classifier'?"),
        ("classifier=majority,linear_swm", "found 'linear_swm'. Did you mean 'linear_svm'?"),
        ("dataset=awll", "found 'awll'. Did you mean 'awl'?"),
    ],
)
def test_a_wrong_key_or_choice_is_refused_before_hydra_is_loaded(override, message):
    code = (
        f"import sys; sys.argv = ['stance', 'train', {override!r}]\n"
        "from stance.commands.main import main\n"
        "code = main()\n"
        "print(code, 'hydra' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert message in done.stderr
    assert done.stdout.strip() == "2 False"
