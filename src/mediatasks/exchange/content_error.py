"""What is wrong with a body that is not JSON."""


class ContentError(ValueError):
    """A body is not JSON, or not JSON that can be read.

    The text says what stands there instead and completes "expected JSON, got …": `an empty body`,
    `malformed JSON at byte 7 (line 1, column 8): expected a value, found `}``. `position` is the byte
    in the body, from 0; None where the whole body is meant.
    """

    def __init__(self, problem: str, position: int | None = None) -> None:
        super().__init__(problem, position)
        self.problem, self.position = problem, position

    def __str__(self) -> str:
        return self.problem
