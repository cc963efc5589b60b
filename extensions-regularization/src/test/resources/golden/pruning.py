"""Writes pruning.json: masks and the cubic schedule. Run with PyTorch 1.13.1: python3 pruning.py

Masks: torch.nn.utils.prune. The schedule: the formula of Zhu and Gupta (2017), section 3, written out in mpmath.
"""

import json

import torch
from mpmath import mp, mpf
from torch import nn
from torch.nn.utils import prune

mp.dps = 30
torch.manual_seed(21)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


def module(weight):
    holder = nn.Module()
    holder.weight = nn.Parameter(weight.clone())
    return holder


# a dense layer of PyTorch has [out, in]: a unit is a row here, a column in DL4J
dense = torch.randn(7, 5)
second = torch.randn(4, 7) * 0.3
filters = torch.randn(6, 3, 2, 2)  # [out, in, height, width] in both
out = {
    "generator": "pruning.py, PyTorch " + torch.__version__,
    "dense": dense.tolist(),
    "second": second.tolist(),
    "filters": numbers(filters),
}

for amount in (0.3, 0.5, 0.9):
    key = str(round(amount * 100))
    of = prune.l1_unstructured(module(dense), "weight", amount=amount)
    out["l1_unstructured_" + key] = of.weight_mask.tolist()
    both = (module(dense), module(second))
    prune.global_unstructured(
        [(m, "weight") for m in both], pruning_method=prune.L1Unstructured, amount=amount
    )
    out["global_first_" + key] = both[0].weight_mask.tolist()
    out["global_second_" + key] = both[1].weight_mask.tolist()
for norm in (1, 2):
    of = prune.ln_structured(module(dense), "weight", amount=0.4, n=norm, dim=0)
    out["l%d_units" % norm] = of.weight_mask.tolist()
    of = prune.ln_structured(module(filters), "weight", amount=0.5, n=norm, dim=0)
    out["l%d_filters" % norm] = numbers(of.weight_mask)


def cubic(first, last, begin, spacing, times, step):
    """s_t = s_f + (s_i - s_f) (1 - (t - t_0) / (n dt))^3 for t in {t_0, t_0 + dt, ..., t_0 + n dt}"""
    return last + (first - last) * (1 - mpf(step - begin) / (times * spacing)) ** 3


steps = [100 + 25 * k for k in range(17)]
out["steps"] = steps
out["cubic"] = [float(cubic(mpf("0.1"), mpf("0.85"), 100, 25, 16, t)) for t in steps]

with open("pruning.json", "w") as file:
    json.dump(out, file, indent=1)
    file.write("\n")
