"""Errors by who can act next. A class's docstring is its default sentence and names the next step."""


class ThreadworkError(Exception):
    """Something went wrong. Look for the run id in the log."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or (type(self).__doc__ or "").strip())

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class AskerError(ThreadworkError):
    """That cannot be done as asked. Change the question or its options and ask again."""


class OperatorError(ThreadworkError):
    """The installation is not set up for this. Run `threadwork check` and mend what it names."""


class ToolFailed(ThreadworkError):
    """The tool could not do this. Try other arguments or another tool."""

    def __init__(self, sentence: str | None = None, *, billing: str = "none") -> None:
        super().__init__(sentence)
        self.billing = billing
        """What a tool with a fee may have cost all the same, in the words of `ToolResult.billing`."""


class Withheld(ToolFailed):
    """This tool is off, for the run has read what is not public. Name what could not be looked up."""


class BudgetRefused(AskerError):
    """A budget does not allow this call. Ask a budget owner to raise it, then retry the run."""

    def __init__(self, sentence: str, *, scope: str, siblings_hold: bool = False) -> None:
        super().__init__(sentence)
        self.scope = scope
        self.siblings_hold = siblings_hold
        """Settled money alone would have left room: waiting for open holds to settle may help."""


class UnknownPrice(OperatorError):
    """The model has no known price. Declare one in the file that THREADWORK_PRICES names."""


class CallLost(OperatorError):
    """The same paid call was lost twice in a crash. Look at the log, then `threadwork retry` the run."""


class RunStuck(OperatorError):
    """The run was taken up too often without progress. Look at the log, then `threadwork retry` it."""


class StoredStepUnreadable(OperatorError):
    """A stored step has a shape this version cannot read. Ask again, or go back to the version that wrote it."""


class Fenced(Exception):
    """Somebody else owns the run now, or it was cancelled: this attempt ends quietly and writes no more."""


class ModelFailed(OperatorError):
    """The model did not give a usable answer. Retry the run, or choose another model in THREADWORK_MODEL."""

    def __init__(self, sentence: str | None = None, *, repeats: bool = False, late: bool = False) -> None:
        super().__init__(sentence)
        self.repeats = repeats
        """Whether the same can only bring the same until somebody changes something."""
        self.late = late
        """Whether it was time that ran out."""
