"""Writes dropouts.json: what an element becomes in training by PyTorch, kept and dropped.

    /usr/bin/python3 dropouts.py > dropouts.json

Elements are drawn until both outcomes have been seen; in double precision.
"""

import json

import torch

RATES = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9]
INPUTS = [-2.0, -0.5, 0.25, 1.0, 3.0]


def outcomes(function, shape):
    rows = []
    for rate in RATES:
        for x in INPUTS:
            torch.manual_seed(1)
            ones = torch.full(shape, x, dtype=torch.float64)
            values, counts = function(ones, rate, True).unique(return_counts=True)
            assert len(values) == 2, values
            share = counts.double() / counts.sum()
            # which of the two is the dropped one: the one whose share is nearer to the rate,
            # or, with a rate of a half, the one that does not depend on the element
            torch.manual_seed(1)
            other = function(torch.full(shape, x + 1, dtype=torch.float64), rate, True).unique()
            dropped = 0 if (values[0] - other).abs().min() < 1e-12 else 1
            assert abs(share[dropped] - rate) < 0.05, (share, rate)
            rows.append({"rate": rate, "x": x,
                         "kept": values[1 - dropped].item(), "dropped": values[dropped].item()})
    return rows


print(json.dumps({
    "generator": "golden/dropouts.py",
    "tool": "PyTorch " + torch.__version__,
    "dropout": outcomes(torch.nn.functional.dropout, (20000,)),
    "alpha_dropout": outcomes(torch.nn.functional.alpha_dropout, (20000,)),
    "feature_alpha_dropout": outcomes(torch.nn.functional.feature_alpha_dropout, (500, 20, 2, 2)),
    "spatial_dropout": outcomes(torch.nn.functional.dropout2d, (500, 20, 2, 2)),
}, indent=1))
