"""An acknowledgement that lasts, whatever becomes of the listener afterwards.

When a listener fails just after it acknowledged, Bolt resets the answer to None. If its dispatcher, which
looks every 10 ms, has not seen it by then, Slack gets no answer at all and the person an error.
"""

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse


class LastingAck(AsyncAck):
    """Bolt's `ack`, whose first answer can't be taken back."""

    def __init__(self) -> None:
        self._answer: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        return self._answer

    @response.setter
    def response(self, value: BoltResponse | None) -> None:
        self._answer = value or self._answer
