"""Writes int8-weights.csv: weights of 6 units, and what torch makes of them in 8 bits with a scale for each unit.

Made with torch 1.13.1: torch.quantize_per_channel, symmetric, scales max|w| / 127. Each line is a unit: its scale,
its weights, its whole numbers.
"""
import pathlib
import torch

torch.manual_seed(2)
weights = torch.randn(6, 12) * torch.tensor([1e-3, 0.1, 0.5, 1.0, 3.0, 40.0]).reshape(6, 1)
weights[3, 4:] = 0
scales = (weights.abs().amax(1).double() / 127).float()
quantized = torch.quantize_per_channel(weights, scales.double(), torch.zeros(6, dtype=torch.long), 0, torch.qint8)
whole = quantized.int_repr().to(torch.int32)

with open(pathlib.Path(__file__).with_suffix(".csv"), "w") as f:
    for s, w, q in zip(scales.double().tolist(), weights.double().tolist(), whole.tolist()):
        f.write(",".join(map(repr, [s] + w)) + "," + ",".join(map(str, q)) + "\n")
