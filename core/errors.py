"""What can go wrong for a person, said once; `core.middleware.Answers` turns each into a page or a part."""


class ReadingGroupError(Exception):
    """An expected failure with a sentence that the person can act on."""

    status = 400

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(ReadingGroupError):
    """Missing, or not to be known: both look the same from outside."""

    status = 404


class NotAllowed(ReadingGroupError):
    """A member without the right; the sentence says who has it."""

    status = 403


class Unproven(ReadingGroupError):
    """Something that a person does only after showing once more who they are."""

    status = 403


class Conflict(ReadingGroupError):
    """Someone was faster; the sentence says who and what now holds."""

    status = 409


class Invalid(ReadingGroupError):
    """Input that cannot be used; `field` names the form field, if there is one."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class TooMany(ReadingGroupError):
    """A limit on how often; the sentence says when to come back."""

    status = 429
