"""Writes constraints.json: norms held, penalties, smoothed losses. Run with PyTorch 1.13.1: python3 constraints.py

Constraints: torch.renorm, functional.normalize and nn.Embedding(max_norm). PyTorch's renorm scales by
max / (norm + 1e-7), so it agrees to 1e-7 only. MinMaxNorm is Keras's formula, written out in mpmath.
Penalties: autograd and torch.optim. Smoothed losses: CrossEntropyLoss(label_smoothing), with autograd.
"""

import json

import torch
from mpmath import mp, mpf
from torch import nn
from torch.nn import functional as F

mp.dps = 30
torch.manual_seed(20)
torch.set_default_dtype(torch.float64)


def numbers(tensor):
    return tensor.detach().reshape(-1).tolist()


out = {"generator": "constraints.py, PyTorch " + torch.__version__}

# a dense layer of PyTorch has [out, in]: a unit is a row here, a column in DL4J
rows = torch.randn(5, 4) * torch.tensor([[0.1], [0.5], [1.0], [2.0], [5.0]])
out["rows"] = rows.tolist()
out["max_norm"] = torch.renorm(rows, p=2, dim=0, maxnorm=1.5).tolist()
out["unit_norm"] = F.normalize(rows, dim=1, eps=0).tolist()

kernel = torch.randn(3, 2, 2, 3) * torch.tensor([0.1, 1.0, 3.0]).reshape(3, 1, 1, 1)
out["kernel"] = numbers(kernel)  # [out, in, height, width], in order
out["max_norm_kernel"] = numbers(torch.renorm(kernel, p=2, dim=0, maxnorm=1.5))

embedding = nn.Embedding(4, 3, max_norm=0.7)
with torch.no_grad():
    embedding.weight.copy_(torch.randn(4, 3))
out["embedding"] = embedding.weight.tolist()
embedding(torch.arange(4))  # constrains in place
out["max_norm_embedding"] = embedding.weight.tolist()


def min_max(row, low, high, rate):
    row = [mpf(w) for w in row]
    norm = mp.sqrt(sum(w * w for w in row))
    wanted = rate * min(max(norm, low), high) + (1 - rate) * norm
    return [float(w * wanted / norm) for w in row]


out["min_max_norm"] = [min_max(row, mpf("0.5"), mpf(2), mpf("0.25")) for row in rows.tolist()]

# 5 steps of SGD(0.1) or AdamW without a gradient, on the first row
w0 = rows[2]
out["w"] = w0.tolist()


def steps(penalty):
    w = w0.clone().requires_grad_()
    optimizer = torch.optim.SGD([w], lr=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        penalty(w).backward()
        optimizer.step()
    return w.tolist()


out["l1"] = {"score": float(0.3 * w0.abs().sum()), "after5": steps(lambda w: 0.3 * w.abs().sum())}
out["l2"] = {
    "score": float(0.5 * 0.3 * (w0**2).sum()),
    "after5": steps(lambda w: 0.5 * 0.3 * (w**2).sum()),
}
decayed = w0.clone().requires_grad_()
optimizer = torch.optim.AdamW([decayed], lr=0.1, weight_decay=0.3)
for _ in range(5):
    decayed.grad = torch.zeros_like(decayed)
    optimizer.step()
out["weight_decay"] = {"after5": decayed.tolist()}

# label smoothing
logits = torch.randn(6, 4) * 3
classes = torch.tensor([0, 3, 1, 2, 2, 0])
soft = torch.softmax(torch.randn(6, 4), dim=1)
weights = torch.tensor([0.5, 1.0, 2.0, 3.0])
out["logits"] = logits.tolist()
out["classes"] = classes.tolist()
out["soft"] = soft.tolist()
out["class_weights"] = weights.tolist()


def smoothed(smoothing, targets, weight=None):
    x = logits.clone().requires_grad_()
    each = nn.CrossEntropyLoss(label_smoothing=smoothing, reduction="none", weight=weight)(x, targets)
    each.sum().backward()
    return {"scores": each.tolist(), "gradient": x.grad.tolist()}


out["smoothed"] = smoothed(0.1, classes)
out["smoothed_soft"] = smoothed(0.1, soft)
out["smoothed_weighted"] = smoothed(0.1, classes, weights)

# Keras's BinaryCrossentropy(label_smoothing): y (1 - s) + s / 2
binary = (soft > 0.25).double()
x = logits.clone().requires_grad_()
each = F.binary_cross_entropy_with_logits(x, binary * 0.9 + 0.05, reduction="none").sum(1)
each.sum().backward()
out["binary"] = binary.tolist()
out["smoothed_binary"] = {"scores": each.tolist(), "gradient": x.grad.tolist()}

with open("constraints.json", "w") as file:
    json.dump(out, file, indent=1)
    file.write("\n")
