"""`stance compare` from a checkout: the command is `stance.commands.compare`."""

import sys

from stance.commands.compare import main

if __name__ == "__main__":
    sys.exit(main())
