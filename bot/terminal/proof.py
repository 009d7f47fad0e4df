"""Claims, quotes and places on the terminal: what `threadwork show` prints below an answer."""

from bot.outgoing.blocks.proof import backing, judged
from bot.outgoing.view.proof import Cited, Proof, Proofs
from bot.terminal import terminal
from orchestration.values.domain import Claim, Support


def print_proofs(found: Proofs) -> None:
    if not (found.sources or found.unread):
        return
    terminal.say("Claims, quotes and where they are")
    for proof in found.sources:
        _print_source(proof)
    if found.unread:
        terminal.say("\nnot read in this run")
        for claim in found.unread:
            terminal.say(f"  ⚠ {claim.text}")
    terminal.say()


def _print_source(proof: Proof) -> None:
    source = proof.source
    twin = f", the same text as [{proof.same_as}]" if proof.same_as else ""
    terminal.say(f"\n[{proof.number}] {source.title} {source.url}".rstrip())
    terminal.say(f"    {source.source_id}, read {source.retrieved_at:%Y-%m-%d %H:%M} UTC{twin}")
    for cited in proof.claims:
        _print_claim(cited)


def _print_claim(cited: Cited) -> None:
    claim = cited.claim
    mark = "✓" if claim.support is Support.QUOTED else "⚠"
    terminal.say(f"  {mark} {' '.join(claim.text.split())}")
    if claim.quote.strip() and not cited.is_quote:
        terminal.say(f"      “{' '.join(claim.quote.split())}”")
    same = "word for word" if cited.is_quote else ""
    facts = [fact for fact in (same, cited.place, cited.chunk_id or "", *_facts(claim)) if fact]
    if facts:
        terminal.say(f"      {' · '.join(facts)}")


def _facts(claim: Claim) -> list[str]:
    return [claim.reason, claim.doubt, judged(claim), backing(claim)]
