"""The power of a data set, as a user asks for it: a sentence, a page, and both tables."""

import csv
import io


def test_power_says_what_can_be_shown_and_writes_its_tables(run, workspace):
    code, output = run("power", "n_simulations=20", "effect=0.3")
    assert code == 0, output
    assert "awl: " in output
    (folder,) = (workspace / "outputs" / "power").iterdir()
    assert folder.name.startswith("awl-logreg-strictest-")
    page = (folder / "power.html").read_text()
    assert "Simulated from the agreement of logreg and majority" in page
    assert "0.30 shown in 80 of 100 studies" in page
    rows = list(csv.DictReader(io.StringIO((folder / "tables" / "comments.csv").read_text())))
    sizes = [float(row["comments"]) for row in rows]
    assert sizes == sorted(sizes)
    assert all(0 <= float(row["power"]) <= 1 for row in rows)
    assert (folder / "tables" / "differences.tex").read_text().startswith("% A true difference in macro_f1")


def test_data_that_can_show_nothing_says_so_in_words(run, workspace):
    code, output = run("power", "n_simulations=20", "classifier=majority")
    assert code == 0, output
    assert "awl: 16 comments in 9 groups cannot show any difference in macro_f1 with 80 % power" in output
