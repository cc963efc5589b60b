#!/usr/bin/python3
"""Writes around-the-step.json: clipped gradients and averaged weights, by PyTorch in double.

Clipping: torch.nn.utils.clip_grad_norm_ and clip_grad_value_; adaptive clipping has no function in
PyTorch and is written here from the paper's equation 3, on PyTorch's gradients.
Averaging: torch.optim.swa_utils.AveragedModel and update_bn, while plain SGD trains a network with
batch normalization. Weights of linear layers are written as [in][out], the way DL4J keeps them.
Needs Debian's python3-torch (1.13.1): /usr/bin/python3 around_the_step.py
"""
import copy, json, os
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, update_bn

torch.set_default_dtype(torch.float64)
torch.manual_seed(20261121)


def weights(model):
    out = {}
    for name, p in list(model.named_parameters()) + list(model.named_buffers()):
        if p.dim() > 0:
            out[name] = (p.t() if p.dim() == 2 else p).tolist()
    return out


def gradients(model):
    return {n: (p.grad.t() if p.dim() == 2 else p.grad).tolist() for n, p in model.named_parameters()}


def clipping():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x, y = torch.randn(5, 3) * 2, torch.randn(5, 2) * 5
    nn.MSELoss()(model(x), y).backward()
    out = {'x': x.tolist(), 'y': y.tolist(), 'weights': weights(model), 'gradient': gradients(model)}
    raw = [p.grad.clone() for p in model.parameters()]

    def restored():
        for p, g in zip(model.parameters(), raw):
            p.grad = g.clone()
        return list(model.parameters())

    out['norms'] = []
    for limit in (0.01, 1.0, 100.0):
        norm = nn.utils.clip_grad_norm_(restored(), limit)
        out['norms'].append({'limit': limit, 'norm': norm.item(), 'gradient': gradients(model)})
    out['values'] = []
    for limit in (0.05, 0.5):
        nn.utils.clip_grad_value_(restored(), limit)
        out['values'].append({'limit': limit, 'gradient': gradients(model)})
    out['adaptive'] = []
    for clip, eps in ((0.01, 1e-3), (0.3, 0.5)):
        for p in restored():
            axes = tuple(range(1, p.dim())) if p.dim() > 1 else (0,)
            w = p.detach().norm(dim=axes, keepdim=True).clamp(min=eps)
            g = p.grad.norm(dim=axes, keepdim=True)
            p.grad = torch.where(g > clip * w, p.grad * clip * w / g, p.grad)
        out['adaptive'].append({'clipping': clip, 'epsilon': eps, 'gradient': gradients(model)})
    return out


def averaging():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 2))
    out = {'start': weights(model), 'decay': 0.9, 'rate': 0.1}
    batches = [(torch.randn(5, 3) * 2 + 1, torch.randn(5, 2)) for _ in range(8)]
    out['batches'] = [{'x': x.tolist(), 'y': y.tolist()} for x, y in batches]
    ema = AveragedModel(model, avg_fn=lambda a, p, n: out['decay'] * a + (1 - out['decay']) * p)
    swa = AveragedModel(model)
    sgd = torch.optim.SGD(model.parameters(), lr=out['rate'])
    for i, (x, y) in enumerate(batches):
        sgd.zero_grad()
        nn.MSELoss()(model(x), y).backward()
        sgd.step()
        ema.update_parameters(model)
        if i >= 2 and (i - 2) % 2 == 0:
            swa.update_parameters(model)
    for name, averaged in (('ema', ema), ('swa', swa)):
        update_bn(batches, averaged)
        out[name] = weights(averaged.module)
    out['end'] = weights(model)
    return out


here = os.path.dirname(os.path.abspath(__file__))
result = {'generator': 'around_the_step.py', 'torch': torch.__version__, 'clipping': clipping(), 'averaging': averaging()}
with open(os.path.join(here, 'around-the-step.json'), 'w') as f:
    json.dump(result, f)
    f.write('\n')
