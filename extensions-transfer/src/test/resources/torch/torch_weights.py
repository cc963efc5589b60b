"""Writes weights of small PyTorch modules, with inputs and outputs, for TorchWeightsTest.

Made with PyTorch 1.13 and NumPy 1.24 (Debian 12): python3 torch_weights.py
"""
import numpy as np
import torch
from torch import nn

torch.manual_seed(42)


class Recurrent(nn.Module):
    def __init__(self, layer, units):
        super().__init__()
        self.rnn = layer
        self.out = nn.Linear(units, 2)

    def forward(self, x):  # N, C, T as DL4J has it
        return self.out(self.rnn(x.transpose(1, 2))[0]).transpose(1, 2)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(7, 3)
        self.out = nn.Linear(3, 2)

    def forward(self, x):
        return self.out(self.words(x.long()[:, 0]))


class RMSNorm(nn.Module):
    """As PyTorch has it since 2.4."""

    def __init__(self, size, eps):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Steps(nn.Module):
    """LayerNorm of each step, of sequences as DL4J has them."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(3, eps=1e-3)
        self.out = nn.Linear(3, 2)

    def forward(self, x):  # N, C, T
        return self.out(self.norm(x.transpose(1, 2))).transpose(1, 2)


def write(name, module, x):
    for child in module.modules():
        if isinstance(child, (nn.LayerNorm, nn.GroupNorm, RMSNorm)):
            with torch.no_grad():
                child.weight.uniform_(0.5, 2)
                if hasattr(child, "bias"):
                    child.bias.uniform_(-1, 1)
        if isinstance(child, (nn.BatchNorm1d, nn.BatchNorm2d)):
            with torch.no_grad():
                child.running_mean.uniform_(-1, 1)
                child.running_var.uniform_(0.5, 2)
                child.weight.uniform_(0.5, 2)
                child.bias.uniform_(-1, 1)
    module.eval()
    with torch.no_grad():
        y = module(x)
    np.savez(name + ".npz", **{k: v.numpy() for k, v in module.state_dict().items()})
    np.savez(name + "-data.npz", x=x.numpy(), y=y.numpy())


write(
    "dense",
    nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3, bias=False)),
    torch.randn(6, 4),
)
write(
    "convolution",
    nn.Sequential(
        nn.Conv2d(2, 3, 3),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3 * 3 * 3, 4),
    ),
    torch.randn(2, 2, 8, 8),
)
write("sequence", nn.Sequential(nn.Conv1d(2, 3, 3, padding=1), nn.Tanh(), nn.Conv1d(3, 2, 1)), torch.randn(3, 2, 5))
write("lstm", Recurrent(nn.LSTM(3, 4, batch_first=True), 4), torch.randn(2, 3, 6))
write("rnn", Recurrent(nn.RNN(3, 4, batch_first=True), 4), torch.randn(2, 3, 6))
write("embedding", Words(), torch.randint(0, 7, (5, 1)).float())
write("depthwise", nn.Sequential(nn.Conv2d(2, 4, 3, groups=2, bias=False), nn.Flatten(), nn.Linear(16, 2)), torch.randn(2, 2, 4, 4))
write(
    "norms",
    nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.ReLU(), nn.Linear(6, 6), RMSNorm(6, 1e-6), nn.Linear(6, 4), nn.GroupNorm(2, 4), nn.Linear(4, 3)),
    torch.randn(6, 4),
)
write(
    "image_norms",
    nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.GroupNorm(2, 4), nn.ReLU(), nn.Conv2d(4, 3, 2), nn.LayerNorm([3, 3, 4]), nn.Conv2d(3, 2, 1), nn.LayerNorm([3, 4]),
        nn.Flatten(), nn.Linear(24, 2),
    ),
    torch.randn(3, 2, 6, 7),
)
write("step_norms", Steps(), torch.randn(3, 3, 5))
