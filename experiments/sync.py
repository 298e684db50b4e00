"""`stance sync` from a checkout: the command is `stance.commands.store.sync`."""

import sys

from stance.commands.store.sync import main

if __name__ == "__main__":
    sys.exit(main())
