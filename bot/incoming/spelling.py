"""How far one word is from another, in slips of the fingers."""


def slips(written: str, meant: str) -> int:
    """A letter too many, too few or wrong, or two that changed places, is one slip each."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(written, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(meant, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, wanted) == (meant[j - 2], written[i - 2]):
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1]
