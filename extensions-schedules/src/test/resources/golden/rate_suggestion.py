"""What fastai's four rules suggest for made-up curves: writes rate_suggestion.json beside this file.

Written from the description of the rules, with numpy, and by other ways than the Java code where
there are any (the longest descent by its definition over all chains' lengths from behind).

    /usr/bin/python3 rate_suggestion.py
"""
import functools
import json
import os

import numpy as np

START, END = 1e-7, 10.0


def curve(kind, n, seed):
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 1, n, endpoint=False)
    fall = 2.3 - 1.5 / (1 + np.exp(-25 * (x - 0.55)))
    if kind == 'valley':
        y = fall + np.exp(30 * (x - 0.93))
    elif kind == 'noisy':
        y = fall + np.exp(30 * (x - 0.93)) + rng.normal(0, 0.03, n)
    elif kind == 'falling':
        y = 3 - 2 * x ** 1.5
    elif kind == 'rising':
        y = 1 + x ** 2
    elif kind == 'nan':
        y = fall + np.exp(30 * (x - 0.93))
        y[int(0.8 * n):] = np.nan
    elif kind == 'two valleys':
        y = fall + 0.4 * np.sin(14 * x) + rng.normal(0, 0.01, n)
    elif kind == 'flat':
        y = np.full(n, 2.3)
    else:
        raise ValueError(kind)
    return y


def cut(rates, losses, n):
    rates, losses = rates[n // 10:-5], losses[n // 10:-5]
    bad = np.flatnonzero(np.isnan(losses))
    return (rates[:bad[0]], losses[:bad[0]]) if len(bad) else (rates, losses)


def valley(rates, losses):
    n = len(losses)

    @functools.lru_cache(None)
    def longest(i):  # the longest ever smaller chain that ends at i
        return 1 + max([longest(j) for j in range(i) if losses[j] > losses[i]], default=0)

    lengths = [longest(i) for i in range(n)]
    length = max(lengths)
    end = lengths.index(length)
    start = end - length
    third = (end - start) / 3
    return rates[max(0, start + int(third) + int(third / 2))]


def steep(rates, losses):
    return rates[np.argmin(np.diff(losses) / np.diff(np.log(rates)))]


def slide(rates, losses, width=15, threshold=0.005):
    slope = np.gradient(losses)
    lefts = [i for i in range(len(losses) - 1 - width, -1, -1)]
    answer = rates[lefts[0]]
    for left in lefts:
        if abs(slope[left + width] - slope[left]) <= threshold:
            break
        answer = rates[left]
    return answer


def minimum(rates, losses):
    return rates[np.argmin(losses)] / 10


cases = []
for seed, (kind, n) in enumerate([('valley', 100), ('valley', 250), ('noisy', 100), ('noisy', 60), ('noisy', 300), ('falling', 100),
                                  ('rising', 100), ('nan', 100), ('two valleys', 100), ('two valleys', 37), ('flat', 50), ('noisy', 23)]):
    losses = curve(kind, n, seed)
    rates = START * (END / START) ** (np.arange(n) / n)
    r, l = cut(rates, losses, n)
    cases.append(dict(kind='%s %d' % (kind, n), steps=n, rates=rates.tolist(), losses=[None if np.isnan(v) else v for v in losses],
                      valley=valley(r, l), steep=steep(r, l), slide=slide(r, l), minimum=minimum(r, l)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'rate_suggestion.json'), 'w') as f:
    json.dump(dict(generator='rate_suggestion.py', numpy=np.__version__, cases=cases), f, indent=0)
    f.write('\n')
