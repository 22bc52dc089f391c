"""What stops an operator's command: one sentence that names the obstacle and the way round it."""


class Obstacle(Exception):
    """The command cannot go on; its text is shown to the operator as it stands, without a stack trace."""
