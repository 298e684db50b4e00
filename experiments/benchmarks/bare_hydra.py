"""What every script under Hydra takes to say what it is: one decorated function and an empty config."""

import hydra


@hydra.main(version_base="1.3", config_path=None)
def main(config: object) -> None:
    """Do nothing."""


if __name__ == "__main__":
    main()
