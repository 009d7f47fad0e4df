"""What an endpoint means by an error: by kinds that many of them share, and by what was sent to them."""

import re
from collections.abc import Sequence
from enum import StrEnum

from orchestration.values.ports import Refusal


class Kind(StrEnum):
    """What repeating the request without one of its parts does not help."""

    TOOLS = "tools"
    CONTEXT = "context"
    CAP = "cap"
    FILTER = "filter"
    ACCOUNT = "account"
    KEY = "key"
    MODEL = "model"
    RATE = "rate"
    """One request is more than the endpoint allows in a minute."""
    STREAM = "stream"
    GENERATION = "generation"
    """The model wrote a tool call or JSON that its endpoint could not read; the next time it may not."""


_CAP_WORDS = r"max_tokens|max_completion_tokens|max_output_tokens|(?:completion|output) tokens"
_TOO_MUCH = r"too (?:large|high|big)|at most|maximum|less than|no more than|exceed|between|range|limit|up to|<=|≤"
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.GENERATION,
        r"tool_use_failed|json_validate_failed|failed_generation|failed to (?:call a function|generate json)",
    ),
    (Kind.RATE, r"request too large.*(?:per (?:minute|day)|TPM|TPD|rate)|larger than .*tokens per minute"),
    (
        Kind.ACCOUNT,
        r"insufficient[_ ](?:quota|balance|credit|funds)|spend_limit|hard_limit|exceeded your current quota|"
        r"billing|out of credit|payment required|add (?:more )?credit|credit balance",
    ),
    (
        Kind.KEY,
        r"(?:invalid|incorrect|missing|expired|not a valid|no) api[ _-]?key|unauthori[sz]ed|"
        r"api[ _-]?key (?:is )?(?:not valid|invalid|expired)",
    ),
    (
        Kind.TOOLS,
        r"(?:not|n't|no\b|cannot).{0,60}\b(?:tools?|tool[ _-]?call\w*|function[ _-]?call\w*)\b(?! message)|"
        r"\btools?\b.{0,40}(?:not|un)[ -]?(?:supported|available|implemented)|tool[-_ ]call[-_ ]parser|"
        r"enable-auto-tool-choice|tools? param requires|--jinja",
    ),
    (
        Kind.CONTEXT,
        r"context[_ ](?:length|window|size)|maximum context|available context|prompt (?:is )?too long|"
        r"(?:input|prompt|request).{0,40}(?:too long|too many tokens)|too many (?:input )?tokens|"
        r"max(?:imum)? input length",
    ),
    (Kind.CAP, rf"(?:{_CAP_WORDS}).{{0,120}}(?:{_TOO_MUCH})|(?:{_TOO_MUCH}).{{0,60}}(?:{_CAP_WORDS})"),
    (
        Kind.FILTER,
        r"content[_ ](?:filter|policy|management)|ResponsibleAI|safety (?:system|filter|policy)|"
        r"data_inspection|inappropriate content|prohibited content|moderation",
    ),
    (
        Kind.MODEL,
        r"model[_ ]not[_ ](?:found|exist)|deployment.{0,40}not.{0,5}(?:found|exist)|not a valid model|unknown model|"
        r"no such model|model\b.{0,120}(?:does not exist|not found|is not available|has been de\w+)",
    ),
)
_NAMED = {
    "json_schema": (_FORMAT := r"response.?format|json_schema|json_object|json mode|structured output|grammar|guided"),
    "json_object": _FORMAT,
    "temperature": r"\btemperature\b",
    "max_tokens": r"\bmax_(?:completion_)?tokens\b",
    "system": (
        r"\bsystem\b.{0,40}(?:role|message|prompt|instruction)|(?:role|developer).{0,30}\bsystem\b|"
        r"roles? must alternate|developer instruction"
    ),
    "tool_messages": (
        r"`?tools=?`? param|toolConfig|tool_(?:use|result)|tool (?:messages?|role|calls?)|role.{0,10}\btool\b"
    ),
    "fields": r"reasoning|extra (?:inputs|fields)|unknown field|unrecognized|additional propert|not permitted",
    "stream": r"stream\w*.{0,40}(?:only|must be|required|set to true|=true)|(?:only|must|non)\W.{0,40}stream",
}
_ADDRESS = re.compile(r"https?://\S+")
"""Of a page about limits or bills, which says nothing about this error."""
_NUMBER = re.compile(r"\d[\d,_]*")
LEAST_CAP = 16


def kind_of(text: str, *, tools: bool) -> Kind | None:
    """`tools` says whether any were sent: nobody refuses what was not."""
    found = (kind for kind, pattern in _KINDS if _says(pattern, text))
    return next((kind for kind in found if tools or kind is not Kind.TOOLS), None)


def named(text: str, sent: Sequence[str]) -> Refusal | None:
    """The one of these parts that the text names."""
    for part in sent:
        if _says(_NAMED[part], text):
            return Refusal(part, named=True)
    return None


def smaller_cap(text: str, cap: int) -> Refusal | None:
    """The largest cap below this one that the text names."""
    numbers = [int(re.sub(r"\D", "", found)) for found in _NUMBER.findall(text)]
    fitting = [number for number in numbers if LEAST_CAP <= number < cap]
    return Refusal("cap", named=True, cap=max(fitting)) if fitting else None


def _says(pattern: str, text: str) -> bool:
    return re.search(pattern, _ADDRESS.sub("", text), re.IGNORECASE | re.DOTALL) is not None
