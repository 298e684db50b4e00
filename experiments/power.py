"""`stance power` from a checkout: the command is `stance.commands.power`."""

import sys

from stance.commands.power import main

if __name__ == "__main__":
    sys.exit(main())
