"""What launches the jobs of a sweep elsewhere. In: its name. Out: why it cannot be used, and what became of it."""

from stance.commands.config.launchers._lost import outlive_lost, said_of_launcher
from stance.commands.config.launchers._refused import refuse_launcher

__all__ = ["outlive_lost", "refuse_launcher", "said_of_launcher"]
