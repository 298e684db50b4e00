"""`stance sync` from a checkout: the command is `stance.commands.sync`."""

import sys

from stance.commands.sync import main

if __name__ == "__main__":
    sys.exit(main())
