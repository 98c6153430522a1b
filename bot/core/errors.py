"""The three kinds of failure that the rest of the program tells apart.

Who raises one has already decided what becomes of it: a `Retryable` is tried again with backoff, a
`Permanent` waits until somebody changes the resource, and a `ForPerson` carries the sentence that the
person who caused it is shown. None of them ever carries a secret or a tool's raw output.
"""


class Retryable(Exception):
    """The outer world did not answer or was busy; the same thing may succeed later."""


class Permanent(Exception):
    """Repeating won't help: the text says, in a sentence for people, what has to change."""


class ForPerson(Exception):
    """Somebody asked for what cannot be done.

    `sentence` says what happened and what to do; `field` names the input it belongs to (a name from
    the form, such as "name" or "lifetime"), or is None where it belongs to no single one.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
