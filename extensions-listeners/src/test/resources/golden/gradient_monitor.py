"""Norms of gradients, updates and weights of a small network, by PyTorch. Prints gradient_monitor.csv.

/usr/bin/python3 gradient_monitor.py > gradient_monitor.csv    (written with torch 1.13.1)

Two dense layers (3 -> 4 tanh -> 2 identity), mean squared error as DL4J's MSE has it (mean over the outputs, then over the
minibatch), Adam(0.01) without epsilon (DL4J has it elsewhere), three steps on one batch of 8.
"""
import torch

torch.set_default_dtype(torch.float64)


def ramp(start, step, *shape):
    n = 1
    for s in shape:
        n *= s
    return (start + step * torch.arange(n)).reshape(shape)


x = torch.sin(ramp(0, 1.0, 8, 3))
y = torch.cos(ramp(0, 1.0, 8, 2))
params = {
    ("first", "W"): ramp(-0.5, 0.1, 3, 4),
    ("first", "b"): ramp(0.1, 0.05, 4),
    ("last", "W"): ramp(0.4, -0.1, 4, 2),
    ("last", "b"): ramp(-0.2, 0.3, 2),
}
for p in params.values():
    p.requires_grad_(True)
adam = torch.optim.Adam(params.values(), lr=0.01, eps=1e-30)
print("iteration,layer,parameter,gradientNorm,updateNorm,weightNorm")
for step in range(3):
    adam.zero_grad()
    hidden = torch.tanh(x @ params["first", "W"] + params["first", "b"])
    out = hidden @ params["last", "W"] + params["last", "b"]
    ((out - y) ** 2).mean().backward()
    before = {k: p.detach().clone() for k, p in params.items()}
    adam.step()
    for (layer, name), p in params.items():
        b = before[layer, name]
        print(step, layer, name, repr(p.grad.norm().item()), repr((b - p.detach()).norm().item()),
              repr(b.norm().item()), sep=",")
