"""What experiments/faults.py is made of: forked commands, a server to be killed, and bad inputs."""
