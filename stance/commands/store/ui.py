"""Open MLflow's pages on the store, on this machine only."""

from typing import Any

from stance.cells import say
from stance.commands.config import launch


def ui(config: Any) -> None:
    """Print the link of each experiment name, and serve the store until Ctrl-C."""
    from stance.tracking.ui import serve

    for line in serve(config.tracking.uri, config.port):
        say(line, flush=True)


def main() -> int:
    """Run the command and return the process's exit code."""
    return launch(ui, "ui")
