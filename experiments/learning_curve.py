"""`stance learning_curve` from a checkout: the command is `stance.commands.learning_curve`."""

import sys

from stance.commands.learning_curve import main

if __name__ == "__main__":
    sys.exit(main())
