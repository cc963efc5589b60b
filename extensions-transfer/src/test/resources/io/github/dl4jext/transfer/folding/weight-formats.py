"""Writes weight-formats.csv: doubles, and what torch makes of them in half and in bfloat16.

Made with torch 1.13.1. Inputs are floats, so that no format is rounded to by way of another.
"""
import pathlib
import random
import torch

random.seed(1)
values = [0.1, -0.1, 1 / 3, 1.0, 65504.0, 65519.0, 65520.0, 1e6, 3.39e38, -3.4e38, 6e-8, 2.9e-8, 3.0e-8, 1e-40,
          1 + 2.0 ** -11, 1 + 3 * 2.0 ** -11, 1 + 2.0 ** -8, 1 + 3 * 2.0 ** -8, 2.0 ** -14, 2.0 ** -15 + 2.0 ** -25]
values += [random.gauss(0, 1) * 10 ** random.uniform(-9, 6) for _ in range(180)]
floats = torch.tensor(values, dtype=torch.float32)
half = floats.to(torch.float16).to(torch.float64).tolist()
bfloat = floats.to(torch.bfloat16).to(torch.float64).tolist()


def text(x):
    return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(x, repr(x))


with open(pathlib.Path(__file__).with_suffix(".csv"), "w") as f:
    for v, h, b in zip(floats.to(torch.float64).tolist(), half, bfloat):
        f.write(f"{text(v)},{text(h)},{text(b)}\n")
