"""`stance annotate` from a checkout: the command is `stance.commands.annotate`."""

import sys

from stance.commands.annotate import main

if __name__ == "__main__":
    sys.exit(main())
