#!/usr/bin/python3
"""Writes layers.json: normalizations, gated units and resized images with their gradients, in double, by PyTorch 1.13 (Debian's python3-torch).

LayerNorm and GroupNorm are PyTorch's own; RMSNorm, which it does not have yet, is the paper's formula, differentiated by
autograd. Each case has input, gain, bias, outer gradient, output and the gradients, flattened in the order of [N, C, ...]. Gated units are
Shazeer's formula with PyTorch's activations; their weights are [in, out], as DL4J has them.

    python3 layers.py > layers.json
"""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(20261129)
torch.set_default_dtype(torch.float64)


def case(shape, gains, function, offset=0.0):
    x = (torch.randn(shape) * 2 + offset).float().double().requires_grad_()
    gain = (1 + torch.randn(gains) / 3).float().double().requires_grad_()
    bias = (torch.randn(gains) / 2).float().double().requires_grad_()
    outer = torch.randn(shape).float().double()
    y = function(x, gain, bias)
    (y * outer).sum().backward()
    flat = lambda t: [] if t is None else t.detach().flatten().tolist()
    return {"shape": list(shape), "x": flat(x), "gain": flat(gain), "bias": flat(bias), "outer": flat(outer), "y": flat(y),
            "dx": flat(x.grad), "dgain": flat(gain.grad), "dbias": flat(bias.grad)}


def layer_norm(shape, eps=1e-5):
    return lambda x, g, b: F.layer_norm(x, shape, g, b, eps)


def over_features(eps=1e-5):
    """The features are axis 1, as in [N, C, T]; PyTorch normalizes trailing axes."""
    return lambda x, g, b: F.layer_norm(x.movedim(1, -1), g.shape, g, b, eps).movedim(-1, 1)


def rms_norm(axes, eps=1e-6):
    def f(x, g, b):
        return x / torch.sqrt((x * x).mean(axes, keepdim=True) + eps) * g
    return f


def group_norm(groups, eps=1e-5):
    return lambda x, g, b: F.group_norm(x, groups, g, b, eps)


def masked_group_norm(groups, steps, eps=1e-5):
    """Each example by itself, cut to its length; what is padding is 0."""
    def f(x, g, b):
        rows = []
        for i, length in enumerate(steps):
            y = F.group_norm(x[i:i + 1, :, :length], groups, g, b, eps)
            rows.append(F.pad(y, (0, x.shape[2] - length)))
        return torch.cat(rows)
    return f


def gated(activation, scale=1.0):
    size = lambda *shape: (torch.randn(shape) * scale).float().double().requires_grad_()
    x, w, v, b, c = size(4, 6), size(6, 5), size(6, 5), size(5), size(5)
    outer = torch.randn(4, 5).float().double()
    y = activation(x @ w + b) * (x @ v + c)
    (y * outer).sum().backward()
    flat = lambda t: t.detach().flatten().tolist()
    return {"shape": [4, 6], "x": flat(x), "W": flat(w), "V": flat(v), "b": flat(b), "c": flat(c), "outer": flat(outer),
            "y": flat(y), "dx": flat(x.grad), "dW": flat(w.grad), "dV": flat(v.grad), "db": flat(b.grad), "dc": flat(c.grad)}


def resized(shape, size, mode):
    x = torch.randn(shape).float().double().requires_grad_()
    y = F.interpolate(x, size=size, mode=mode, **({"align_corners": False} if mode == "bilinear" else {}))
    outer = torch.randn(y.shape).float().double()
    (y * outer).sum().backward()
    flat = lambda t: t.detach().flatten().tolist()
    return {"shape": list(shape), "x": flat(x), "outer": flat(outer), "y": flat(y), "dx": flat(x.grad)}


print(json.dumps({
    "layer_norm": case((4, 6), (6,), layer_norm((6,))),
    "layer_norm wide": case((2, 784), (784,), layer_norm((784,))),
    "layer_norm far from 0": case((4, 6), (6,), layer_norm((6,)), offset=1000.0),
    "layer_norm(epsilon=0.1)": case((4, 6), (6,), layer_norm((6,), 0.1)),
    "layer_norm series": case((3, 6, 5), (6,), over_features()),
    "layer_norm image features": case((3, 6, 4, 2), (6,), over_features()),
    "layer_norm image all": case((3, 6, 4, 2), (6, 4, 2), layer_norm((6, 4, 2))),
    "layer_norm image positions": case((3, 6, 4, 2), (4, 2), layer_norm((4, 2))),
    "layer_norm image width": case((3, 6, 4, 2), (2,), layer_norm((2,))),
    "layer_norm volume all": case((2, 3, 2, 4, 2), (3, 2, 4, 2), layer_norm((3, 2, 4, 2))),
    "rms_norm": case((4, 6), (6,), rms_norm((1,))),
    "rms_norm(epsilon=0.1)": case((4, 6), (6,), rms_norm((1,), 0.1)),
    "rms_norm series": case((3, 6, 5), (6, 1), rms_norm((1,))),
    "rms_norm image all": case((3, 6, 4, 2), (6, 4, 2), rms_norm((1, 2, 3))),
    "group_norm": case((4, 6), (6,), group_norm(2)),
    "group_norm series": case((3, 6, 5), (6,), group_norm(3)),
    "group_norm masked series": case((3, 6, 5), (6,), masked_group_norm(3, (5, 3, 1))),
    "group_norm image": case((3, 6, 4, 2), (6,), group_norm(2)),
    "group_norm image one": case((3, 6, 4, 2), (6,), group_norm(1)),
    "group_norm image instance": case((3, 6, 4, 2), (6,), group_norm(6)),
    "group_norm volume": case((2, 4, 2, 3, 2), (4,), group_norm(2)),
    "glu": gated(torch.sigmoid),
    "swiglu": gated(F.silu),
    "swiglu(beta=0.2)": gated(lambda z: z * torch.sigmoid(0.2 * z)),
    "geglu": gated(F.gelu),
    "reglu": gated(F.relu),
    "glu far": gated(torch.sigmoid, 6.0),
    "swiglu far": gated(F.silu, 6.0),
    "geglu far": gated(F.gelu, 6.0),
    "bilinear larger": resized((2, 3, 4, 5), (7, 11), "bilinear"),
    "bilinear smaller": resized((2, 3, 9, 8), (4, 3), "bilinear"),
    "bilinear mixed": resized((1, 2, 3, 9), (6, 3), "bilinear"),
    "nearest larger": resized((2, 3, 4, 5), (7, 11), "nearest-exact"),
    "nearest smaller": resized((2, 3, 9, 8), (4, 3), "nearest-exact"),
    "nearest mixed": resized((1, 2, 3, 9), (6, 3), "nearest-exact"),
}))
