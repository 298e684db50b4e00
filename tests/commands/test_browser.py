"""The links that a sweep prints, opened in a real browser on MLflow's real pages."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

from tests.servers import wait_for

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
COMMAND = "import sys; from stance.commands.main import main; sys.exit(main())"
NAMED = ("Run Name", "Created")
INTERVAL = "macro_f1 with its interval"
CHOSEN = ("classifier", "folds", "score", "cheats")
# what reaches beyond the window, or is wider than what holds it
CUT = """() => [...document.querySelectorAll("table, td, th, img, label, select, input, p, li, .scroll")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 ||
        (one.matches(".scroll") && one.scrollWidth > one.clientWidth + 1))
    .map((one) => `${one.tagName} ${one.textContent.slice(0, 60)}`)"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium")


@pytest.fixture
def page():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_default_timeout(120_000)
        yield page
        browser.close()


@pytest.fixture
def served(workspace):
    """Serve the store of the folder with `stance ui`, and end it as Ctrl-C does; gives the port and the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", COMMAND, "ui", f"port={port}"]
    # whoever runs the tests in the background may have Ctrl-C ignored, and children inherit that
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as server:
        yield port, server
        server.send_signal(signal.SIGINT)
        try:
            said = server.communicate(timeout=120)[0]
        finally:
            server.terminate()
        assert f"awl: http://127.0.0.1:{port}/#/experiments/" in said


def look_at_pages_of_a_run(page, workspace):
    """The pages of a run are short, wherever they are read no column is cut, and one leads to the other."""
    (folder,) = workspace.glob("outputs/sweeps/*/1/report")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("report.html", "comments.html"):
            page.goto((folder / name).as_uri())
            assert page.evaluate(CUT) == [], (name, width)
            assert width < 1000 or page.evaluate("document.documentElement.scrollHeight") < 6000
    page.goto((folder / "report.html").as_uri())
    page.get_by_role("link", name="Read what it got wrong").click()
    page.get_by_text(re.compile("16 comments, .* predicted wrongly")).wait_for()
    page.set_viewport_size({"width": 1500, "height": 900})


def test_the_links_of_a_sweep_land_on_its_runs_its_parent_and_its_comparison(run, workspace, page, request):
    sweep = ("-m", "bootstrap.n_resamples=200", "classifier=majority,complement_nb", "folds=leave_one_out")
    code, output = run("train", *sweep)
    assert code == 0, output
    look_at_pages_of_a_run(page, workspace)
    port, server = request.getfixturevalue("served")
    wait_for(f"http://127.0.0.1:{port}", server)
    runs, parent = (line.rpartition(" ")[2].replace(":5000", f":{port}") for line in output.splitlines()[-2:])

    page.goto(runs)
    page.get_by_text("sweep 20").first.wait_for()
    # the widths of the view come a moment after its columns
    page.wait_for_function("document.querySelector(`[col-id='attributes.\\`Run Name\\`']`)?.offsetWidth > 200")
    cells = sorted(page.locator(".ag-header-cell").all(), key=lambda cell: cell.bounding_box()["x"])
    headings = [cell.inner_text() for cell in cells]
    assert [heading for heading in headings if heading not in ("", "Duration")] == [*NAMED, *CHOSEN]
    assert re.search(r"0\.\d\d \(0\.\d\d to 0\.\d\d\)", page.inner_text("body"))
    names = [link.inner_text() for link in page.get_by_role("link", name=re.compile("^awl-|^sweep ")).all()]
    assert len(names) == 3
    assert names[-1].startswith("sweep "), "sorted by the score, which a sweep has not"

    page.locator("label:has(input[value=CHART])").click()
    page.get_by_text(INTERVAL).first.wait_for()
    tops = {heading: page.get_by_text(heading).first.bounding_box()["y"] for heading in (INTERVAL, "Model metrics")}
    assert tops[INTERVAL] == min(tops.values())

    page.goto(parent)
    page.get_by_text("cannot tell any classifier from majority").first.wait_for()
    page.get_by_text("Child runs", exact=True).wait_for()
    page.get_by_text("awl-complement_nb").first.wait_for()
    assert {name for name in names if name.startswith("awl-")} <= set(re.findall(r"awl-\S+\w", page.inner_text("body")))

    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text("comparison.html").first.click()
    frame = page.frame_locator("iframe")
    frame.locator("h1").first.wait_for()
    assert frame.locator("h1").first.inner_text() == "awl: classifiers compared"
    inside = next(found for found in page.frames if found != page.main_frame)
    assert inside.evaluate("scrollY") == 0
    frame.locator("nav a").last.click()
    inside.wait_for_function("scrollY > 0")
    # no page can be opened from within the frame: what would lead there is plain text, and the children stand beside it
    assert frame.locator("td[data-column=run_id]").count() == 2
    assert frame.locator("td a").count() == 0
    (local,) = workspace.glob("outputs/sweeps/*/comparison/comparison.html")
    page.goto(local.as_uri())
    assert page.locator("td[data-column=run_id] a").first.get_attribute("href").startswith("http://127.0.0.1:5000/#/")

    page.goto(runs)
    page.get_by_role("link", name=re.compile("^awl-complement")).first.click()
    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text("report.html").first.click()
    frame.get_by_text("What it got wrong: comments.html").wait_for()
    page.get_by_text("comments.html", exact=True).first.click()
    frame.get_by_text(re.compile("16 comments, .* predicted wrongly")).wait_for()
    frame.locator("#pairs button").first.click()
    frame.locator("#pairs button[aria-pressed='true']").wait_for()
