"""What to say where agents failed or found nothing: the cause first, and "nothing was found" only after a search."""

from collections.abc import Collection, Sequence

from orchestration.values.domain import WorkerReport
from orchestration.values.errors import ModelFailed

NO_EVIDENCE = "No source was found for this, so there is no answer you can rely on."
NOT_SEARCHED = (
    "Nothing was searched, so there is no source and no answer you can rely on: the model made no tool call. Does this "
    "endpoint support them? See `threadwork check --call`."
)
UNFINISHED = "**Not all of the work was done**:"


def gap(report: WorkerReport) -> str:
    return f"{report.title}: {report.error}"


def failed_altogether(reports: Sequence[WorkerReport], failures: Collection[ModelFailed]) -> ModelFailed | None:
    """The run's own failure where no agent brought anything; `failures` are the model's among their causes."""
    failed = [report for report in reports if report.error]
    if not failed or any(report.summary.strip() for report in reports):
        return None
    causes = list(dict.fromkeys(str(report.error) for report in failed))
    repeats = len(failures) == len(failed) and all(failure.repeats for failure in failures)
    if len(reports) == 1:
        return ModelFailed(causes[0], repeats=repeats)
    which = causes[0] if len(causes) == 1 else " ".join(map(gap, failed))
    return ModelFailed(f"None of the {len(reports)} agents finished. {which}", repeats=repeats)


def unfinished(reports: Collection[WorkerReport]) -> str:
    """What a draft leads with where only some of its agents failed."""
    failed = [gap(report) for report in reports if report.error]
    if not failed or not any(report.summary.strip() for report in reports):
        return ""
    return "\n".join([UNFINISHED, "", *(f"- {text}" for text in failed)])


def no_evidence(reports: Collection[WorkerReport]) -> str:
    """Why there is no source: reports of earlier versions do not say whether anything was searched."""
    finished = [report for report in reports if not report.error] or reports
    if all(report.tool_calls == 0 for report in finished):
        return NOT_SEARCHED
    titles = "; ".join(report.title for report in reports if report.title.strip())
    end = "" if titles.endswith(("?", "!", ".")) else "."
    return f"{NO_EVIDENCE} Nothing was found on: {titles}{end}" if titles else NO_EVIDENCE


def without_source(report: WorkerReport) -> str:
    why = "the model made no tool call" if report.tool_calls == 0 else "no source was found"
    return f"{report.title}: {why}, so nothing supports what is said about it."
