"""What went wrong, as a code and a sentence that says what to do."""


class HeadlightError(Exception):
    """``code`` is one of ``not-found``, ``usage``, ``project-damaged``, ``project-locked``, ``project-too-old``, ``project-too-new``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
