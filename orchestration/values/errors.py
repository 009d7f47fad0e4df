"""Errors by who can act next. A class's docstring is its default sentence and names the next step."""


class ThreadworkError(Exception):
    """Something went wrong. Search the log for the run id."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or (type(self).__doc__ or "").strip())

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class AskerError(ThreadworkError):
    """That cannot be done. Change the question or its options and ask again."""


class OperatorError(ThreadworkError):
    """The installation is not set up for this. Run `threadwork check` and fix what it names."""


class ToolFailed(ThreadworkError):
    """The tool could not do this. Try other arguments or another tool."""

    def __init__(self, sentence: str | None = None, *, billing: str = "none") -> None:
        super().__init__(sentence)
        self.billing = billing
        """What a tool with a fee may still have cost, in the words of `ToolResult.billing`."""


class Withheld(ToolFailed):
    """This tool is off because the run has read something that is not public. Name what you could not look up."""


class BudgetRefused(AskerError):
    """A budget does not allow this call. Ask a budget owner to raise it, then retry the run."""

    def __init__(self, sentence: str, *, scope: str, asked_nano_usd: int = 0, siblings_hold: bool = False) -> None:
        super().__init__(sentence)
        self.scope = scope
        self.asked_nano_usd = asked_nano_usd
        """What the refused call could have cost."""
        self.siblings_hold = siblings_hold
        """Settled money alone would have left room: waiting for open holds to settle may help."""


class WorkPaused(BudgetRefused):
    """A budget owner paused work here. It goes on once an owner resumes it: `/research resume`."""

    def __init__(self, *, scope: str) -> None:
        super().__init__((WorkPaused.__doc__ or "").strip(), scope=scope)


class UnknownPrice(OperatorError):
    """The model has no known price. Declare one in the file that THREADWORK_PRICES names."""


class CallLost(OperatorError):
    """The same paid call was lost in two crashes. Check the log, then run `threadwork retry` on the run."""


class RunStuck(OperatorError):
    """The run was resumed too often without progress. Check the log, then run `threadwork retry` on it."""


class StoredStepUnreadable(OperatorError):
    """This version cannot read a stored step. Ask again, or go back to the version that wrote it."""


class Fenced(Exception):
    """Another process owns the run now, or it was cancelled: this attempt ends quietly and writes nothing more."""


class ModelFailed(OperatorError):
    """The model did not give a usable answer. Retry the run, or choose another model in THREADWORK_MODEL."""

    def __init__(self, sentence: str | None = None, *, repeats: bool = False, late: bool = False) -> None:
        super().__init__(sentence)
        self.repeats = repeats
        """Whether the same can only bring the same until somebody changes something."""
        self.late = late
        """Whether it was time that ran out."""
