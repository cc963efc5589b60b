"""Writes monte_carlo.csv: measures of Monte-Carlo samples and of calibration.

python3 monte_carlo.py > monte_carlo.csv     (numpy 1.24.2, torch 1.13.1; any version should do)
"""
import numpy as np
import torch
import torch.nn.functional as F

print("# monte_carlo.py, numpy %s, torch %s" % (np.__version__, torch.__version__))


def row(name, values):
    print(",".join([name] + [repr(float(v)) for v in np.asarray(values, dtype=np.float64).ravel()]))


rng = np.random.default_rng(17)
S, N, C = 37, 6, 4
samples = np.stack([rng.dirichlet(np.full(C, a), size=S) for a in (0.1, 0.3, 1, 3, 10, 1)], axis=1)
samples[:, 5] = [0.0, 1.0, 0.0, 0.0]  # certain, with zeros
row("samples", samples)
t = torch.tensor(samples)
mean = t.mean(0)
row("mean", mean)
row("std", t.std(0))
row("predictive", torch.distributions.Categorical(probs=mean).entropy())
row("expected", torch.special.entr(t).sum(-1).mean(0))
row("mutual", torch.special.entr(mean).sum(-1) - torch.special.entr(t).sum(-1).mean(0))
votes = F.one_hot(t.argmax(-1), C).sum(0)
row("variation", 1 - votes.max(-1).values.double() / S)
row("class", mean.argmax(-1))
row("lower", np.quantile(samples, 0.05, axis=0))
row("upper", np.quantile(samples, 0.95, axis=0))

n = 500
p = torch.tensor(rng.dirichlet(np.full(3, 0.4), size=n))
labels = torch.tensor([rng.choice(3, p=0.7 * q + 0.3 / 3) for q in p.numpy()])
row("probabilities", p)
row("labels", labels)
row("logLoss", [F.nll_loss(p.log(), labels)])
row("brier", [((p - F.one_hot(labels, 3)) ** 2).sum(1).mean()])
confidence, predicted = p.max(1)
right = predicted.eq(labels)
for bins in (10, 15):
    # as in temperature_scaling by Pleiss, one of the authors of Guo et al.
    edges = torch.linspace(0, 1, bins + 1, dtype=torch.float64)
    ece = 0.0
    gaps, confidences, accuracies, counts = [0.0], [], [], []
    for low, high in zip(edges[:-1], edges[1:]):
        inside = confidence.gt(low) & confidence.le(high)
        counts.append(inside.sum())
        if inside.any():
            gap = (confidence[inside].mean() - right[inside].double().mean()).abs()
            ece += gap * inside.double().mean()
            gaps.append(gap)
        confidences.append(confidence[inside].mean() if inside.any() else float("nan"))
        accuracies.append(right[inside].double().mean() if inside.any() else float("nan"))
    row("ece%d" % bins, [ece])
    row("mce%d" % bins, [max(gaps)])
    row("counts%d" % bins, counts)
    row("confidences%d" % bins, confidences)
    row("accuracies%d" % bins, accuracies)
