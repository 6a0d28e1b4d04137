"""Which texts are alike, found through an index of their rarest shingles: no text is compared with every other.

Two sets that share a share ``s`` of their shingles share one of the rarest ``(1 - s)``, so only those are looked up
(prefix filtering: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). The answer is exact.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

Shingles = frozenset[str]
WORDS = 3


def shingles(tokens: Sequence[str], size: int = WORDS) -> Shingles:
    """Return all runs of ``size`` words of a text; the whole text where it is shorter."""
    if len(tokens) < size:
        return frozenset([" ".join(tokens)] if tokens else ())
    return frozenset(" ".join(tokens[start : start + size]) for start in range(len(tokens) - size + 1))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return the share of shingles that two texts have in common, of all they have."""
    together = len(one & other)
    return together / (len(one) + len(other) - together) if together else 0.0


def similar_pairs(texts: Mapping[str, Shingles], least: float) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of texts with a Jaccard similarity above ``least``, in order of their names."""
    rarest = _rarest_first(texts, texts.values())
    index: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(texts):
        own = texts[name]
        prefix = rarest[name][: len(own) - math.ceil(least * len(own)) + 1]
        candidates = {other for shingle in prefix for other in index[shingle]}
        for other in sorted(candidates):
            if least * len(own) <= len(texts[other]) <= len(own) / least:
                similarity = jaccard(own, texts[other])
                if similarity > least:
                    yield other, name, similarity
        for shingle in prefix:
            index[shingle].append(name)


def containing(
    texts: Mapping[str, Shingles], sources: Mapping[str, Shingles], least: float
) -> Iterator[tuple[str, str, float]]:
    """Yield each text with a source that holds more than the share ``least`` of its shingles."""
    rarest = _rarest_first(texts, sources.values())
    wanted = {shingle for prefix in rarest.values() for shingle in prefix}
    index: defaultdict[str, list[str]] = defaultdict(list)
    for source, own in sources.items():
        for shingle in own & wanted:
            index[shingle].append(source)
    for name, own in texts.items():
        prefix = rarest[name][: len(own) - math.ceil(least * len(own)) + 1]
        for source in sorted({source for shingle in prefix for source in index[shingle]}):
            share = len(own & sources[source]) / len(own)
            if share > least:
                yield name, source, share


def _rarest_first(texts: Mapping[str, Shingles], counted: Iterable[Shingles]) -> dict[str, list[str]]:
    """Return the shingles of each text, those that the fewest of the counted texts have first."""
    counts = Counter(shingle for own in counted for shingle in own)
    return {name: sorted(own, key=lambda shingle: (counts[shingle], shingle)) for name, own in texts.items()}
