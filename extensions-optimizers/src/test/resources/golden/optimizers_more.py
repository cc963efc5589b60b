#!/usr/bin/python3
"""Reference paths of optimizers, computed without this project. Needs PyTorch (Debian: python3-torch, 1.13.1).

optimizers-more.json     paths down random quadratics, parameters after steps 1, 2, 5, 20 and 100, all in float64:
                         PyTorch's optimizers with options and hyperparameters of their own, and those that PyTorch
                         lacks (adabelief, yogi, adan, lion, lamb, lars, lookahead), written down here from the papers
optimizers-network.json  a network 5-6-4-3 (tanh, tanh, softmax) trained 100 steps by PyTorch, in float64
optimizers.json          is older; it was made by the same kind of program with other numbers

Usage: optimizers_more.py [OUT_DIR]
"""
import json, math, os, sys
import torch

OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
D = torch.float64  # not the default type: NAdam keeps its product of momenta in the default type
O = torch.optim
STEPS = (1, 2, 5, 20, 100)


class Rule:
    """A rule from a paper: step(parameter, gradient, t) returns the new parameter."""

    def __init__(self, step):
        self.step_of, self.t = step, 0

    def __call__(self, params):
        self.p = params[0]
        return self

    def step(self):
        self.t += 1
        with torch.no_grad():
            self.p.copy_(self.step_of(self.p.detach().clone(), self.p.grad.clone(), self.t))


def adabelief(lr, b1, b2, eps):
    s = {'m': 0, 's': 0}
    def step(w, g, t):
        s['m'] = b1 * s['m'] + (1 - b1) * g
        s['s'] = b2 * s['s'] + (1 - b2) * (g - s['m']) ** 2 + eps
        return w - lr * (s['m'] / (1 - b1 ** t)) / ((s['s'] / (1 - b2 ** t)).sqrt() + eps)
    return Rule(step)


def yogi(lr, b1, b2, eps, start):
    s = {'m': 0, 'v': start}
    def step(w, g, t):
        s['m'] = b1 * s['m'] + (1 - b1) * g
        s['v'] = s['v'] - (1 - b2) * torch.sign(s['v'] - g * g) * g * g
        return w - lr * (s['m'] / (1 - b1 ** t)) / ((s['v'] / (1 - b2 ** t)).sqrt() + eps)
    return Rule(step)


def adan(lr, b1, b2, b3, eps, wd):
    s = {'m': 0, 'd': 0, 'n': 0, 'last': None}
    def step(w, g, t):
        d = torch.zeros_like(g) if s['last'] is None else g - s['last']
        s['last'] = g
        s['m'] = b1 * s['m'] + (1 - b1) * g
        s['d'] = b2 * s['d'] + (1 - b2) * d
        s['n'] = b3 * s['n'] + (1 - b3) * (g + b2 * d) ** 2
        u = lr * (s['m'] / (1 - b1 ** t) + b2 * s['d'] / (1 - b2 ** t)) / ((s['n'] / (1 - b3 ** t)).sqrt() + eps)
        return (w - u) / (1 + lr * wd)
    return Rule(step)


def lion(lr, b1, b2, wd):
    s = {'m': 0}
    def step(w, g, t):
        u = torch.sign(b1 * s['m'] + (1 - b1) * g)
        s['m'] = b2 * s['m'] + (1 - b2) * g
        return w - lr * (u + wd * w)
    return Rule(step)


def lamb(lr, b1, b2, eps, wd):
    s = {'m': 0, 'v': 0}
    def step(w, g, t):
        s['m'] = b1 * s['m'] + (1 - b1) * g
        s['v'] = b2 * s['v'] + (1 - b2) * g * g
        u = (s['m'] / (1 - b1 ** t)) / ((s['v'] / (1 - b2 ** t)).sqrt() + eps) + wd * w
        return w - lr * w.norm() / u.norm() * u
    return Rule(step)


def lars(lr, mu, wd, trust, eps):
    s = {'b': 0}
    def step(w, g, t):
        r = trust * w.norm() / (g.norm() + wd * w.norm() + eps)
        s['b'] = mu * s['b'] + r * (g + wd * w)
        return w - lr * s['b']
    return Rule(step)


def lookahead(make, k, alpha):
    """around an optimizer of PyTorch"""
    class Around:
        def __call__(self, params):
            self.p, self.fast, self.t = params[0], make(params), 0
            self.slow = self.p.detach().clone()
            return self
        def step(self):
            self.fast.step()
            self.t += 1
            if self.t % k == 0:
                with torch.no_grad():
                    self.slow += alpha * (self.p - self.slow)
                    self.p.copy_(self.slow)
    return Around()


def problem(n):
    q, _ = torch.linalg.qr(torch.randn(n, n, dtype=D))
    return q @ torch.diag(torch.logspace(-3, 1, n, dtype=D)) @ q.T, torch.randn(n, dtype=D), torch.randn(n, dtype=D)


def path(make, h, b, start):
    p = start.clone().requires_grad_()
    opt, seen = make([p]), {}
    for t in range(1, max(STEPS) + 1):
        p.grad = h @ p.detach() - b
        opt.step()
        if t in STEPS: seen[str(t)] = p.detach().tolist()
    return seen


CASES = {  # spec of this project -> the same elsewhere
    'sgd(learningRate=0.031)': lambda p: O.SGD(p, lr=0.031),
    'momentum(learningRate=0.013, momentum=0.77)': lambda p: O.SGD(p, lr=0.013, momentum=0.77),
    'nesterov(learningRate=0.011, momentum=0.83)': lambda p: O.SGD(p, lr=0.011, momentum=0.83, nesterov=True),
    'adagrad(learningRate=0.07, epsilon=1e-7)': lambda p: O.Adagrad(p, lr=0.07, eps=1e-7),
    'rmsprop(learningRate=0.004, rho=0.95, epsilon=1e-6)': lambda p: O.RMSprop(p, lr=0.004, alpha=0.95, eps=1e-6),
    'rmsprop(learningRate=0.004, rho=0.93, centered=true)': lambda p: O.RMSprop(p, lr=0.004, alpha=0.93, centered=True),
    'rmsprop(learningRate=0.003, rho=0.97, momentum=0.6)': lambda p: O.RMSprop(p, lr=0.003, alpha=0.97, momentum=0.6),
    'rmsprop(learningRate=0.003, rho=0.9, momentum=0.5, centered=true)': lambda p: O.RMSprop(p, lr=0.003, alpha=0.9, momentum=0.5, centered=True),
    'adadelta(learningRate=0.8, rho=0.93, epsilon=1e-5)': lambda p: O.Adadelta(p, lr=0.8, rho=0.93, eps=1e-5),
    'adam(learningRate=0.02, beta1=0.83, beta2=0.97, epsilon=1e-4)': lambda p: O.Adam(p, lr=0.02, betas=(0.83, 0.97), eps=1e-4),
    'adam(learningRate=0.01, beta1=0, beta2=0.9)': lambda p: O.Adam(p, lr=0.01, betas=(0, 0.9)),
    'amsgrad(learningRate=0.02, beta1=0.88, beta2=0.9, epsilon=1e-3)': lambda p: O.Adam(p, lr=0.02, betas=(0.88, 0.9), eps=1e-3, amsgrad=True),
    'adamax(learningRate=0.03, beta1=0.8, beta2=0.95, epsilon=1e-3)': lambda p: O.Adamax(p, lr=0.03, betas=(0.8, 0.95), eps=1e-3),
    'nadam(learningRate=0.006, beta1=0.85, beta2=0.98, epsilon=1e-5, momentumDecay=1)': lambda p: O.NAdam(p, lr=0.006, betas=(0.85, 0.98), eps=1e-5, momentum_decay=1.0),
    'nadam(learningRate=0.006, momentumDecay=0.02)': lambda p: O.NAdam(p, lr=0.006, momentum_decay=0.02),
    'radam(learningRate=0.012, beta1=0.8, beta2=0.99, epsilon=1e-4)': lambda p: O.RAdam(p, lr=0.012, betas=(0.8, 0.99), eps=1e-4),
    'radam(learningRate=0.004, beta2=0.6)': lambda p: O.RAdam(p, lr=0.004, betas=(0.9, 0.6)),
    'adamw(learningRate=0.015, beta1=0.91, beta2=0.96, epsilon=1e-5, weightDecay=0.3)': lambda p: O.AdamW(p, lr=0.015, betas=(0.91, 0.96), eps=1e-5, weight_decay=0.3),
    'adabelief(learningRate=0.01, beta1=0.85, beta2=0.95, epsilon=1e-9)': adabelief(0.01, 0.85, 0.95, 1e-9),
    'yogi(learningRate=0.02, beta1=0.86, beta2=0.97, epsilon=1e-4, initialAccumulator=1e-3)': yogi(0.02, 0.86, 0.97, 1e-4, 1e-3),
    'adan(learningRate=0.01, beta1=0.95, beta2=0.9, beta3=0.97, epsilon=1e-6, weightDecay=0.2)': adan(0.01, 0.95, 0.9, 0.97, 1e-6, 0.2),
    'lion(learningRate=0.003, beta1=0.8, beta2=0.95, weightDecay=0.4)': lion(0.003, 0.8, 0.95, 0.4),
    'lamb(learningRate=0.01, beta1=0.85, beta2=0.97, epsilon=1e-5, weightDecay=0.2)': lamb(0.01, 0.85, 0.97, 1e-5, 0.2),
    'lars(learningRate=2, momentum=0.8, weightDecay=0.05, trustCoefficient=0.004, epsilon=1e-6)': lars(2, 0.8, 0.05, 0.004, 1e-6),
    'lookahead(optimizer=adam(learningRate=0.02), steps=4, alpha=0.6)': lookahead(lambda p: O.Adam(p, lr=0.02), 4, 0.6),
    'lookahead(optimizer=momentum(learningRate=0.01, momentum=0.8), steps=3, alpha=0.3)': lookahead(lambda p: O.SGD(p, lr=0.01, momentum=0.8), 3, 0.3),
}


def quadratics():
    out = {}
    for i, (spec, make) in enumerate(CASES.items()):
        torch.manual_seed(100 + i)
        h, b, start = problem(9)
        out[spec] = {'problem': {'H': h.tolist(), 'b': b.tolist(), 'p0': start.tolist()}, 'params': path(make, h, b, start)}
    return {'cases': out}


# ------------------------------------------------------------------- network
NETWORK = {
    'sgd(learningRate=0.37)': lambda w, b: O.SGD(w + b, lr=0.37),
    'momentum(learningRate=0.11, momentum=0.85)': lambda w, b: O.SGD(w + b, lr=0.11, momentum=0.85),
    'nesterov(learningRate=0.09, momentum=0.88)': lambda w, b: O.SGD(w + b, lr=0.09, momentum=0.88, nesterov=True),
    'adagrad(learningRate=0.04, epsilon=1e-9)': lambda w, b: O.Adagrad(w + b, lr=0.04, eps=1e-9),
    'rmsprop(learningRate=0.007, rho=0.92, epsilon=1e-7)': lambda w, b: O.RMSprop(w + b, lr=0.007, alpha=0.92, eps=1e-7),
    'adadelta(learningRate=1.1, rho=0.88, epsilon=1e-5)': lambda w, b: O.Adadelta(w + b, lr=1.1, rho=0.88, eps=1e-5),
    'adam(learningRate=0.013, beta1=0.87, beta2=0.993, epsilon=1e-7)': lambda w, b: O.Adam(w + b, lr=0.013, betas=(0.87, 0.993), eps=1e-7),
    'amsgrad(learningRate=0.014, beta1=0.89, beta2=0.98, epsilon=1e-7)': lambda w, b: O.Adam(w + b, lr=0.014, betas=(0.89, 0.98), eps=1e-7, amsgrad=True),
    'adamax(learningRate=0.017, beta1=0.88, beta2=0.99, epsilon=1e-7)': lambda w, b: O.Adamax(w + b, lr=0.017, betas=(0.88, 0.99), eps=1e-7),
    'nadam(learningRate=0.012, beta1=0.86, beta2=0.99, epsilon=1e-7, momentumDecay=0.01)': lambda w, b: O.NAdam(w + b, lr=0.012, betas=(0.86, 0.99), eps=1e-7, momentum_decay=0.01),
    'radam(learningRate=0.02, beta1=0.87, beta2=0.995, epsilon=1e-7)': lambda w, b: O.RAdam(w + b, lr=0.02, betas=(0.87, 0.995), eps=1e-7),
    'adamw(learningRate=0.016, beta1=0.9, beta2=0.99, epsilon=1e-7, weightDecay=0.21)': lambda w, b: O.AdamW(
        [{'params': w, 'weight_decay': 0.21}, {'params': b, 'weight_decay': 0.0}], lr=0.016, betas=(0.9, 0.99), eps=1e-7),
    'adamw under a schedule': lambda w, b: O.AdamW(
        [{'params': w, 'weight_decay': 0.13}, {'params': b, 'weight_decay': 0.0}], lr=0.02, betas=(0.9, 0.995), eps=1e-8),
}


def flat(layers):
    """as DL4J: per layer the weights, all inputs of the first unit first, then the biases"""
    return torch.cat([torch.cat([l.weight.reshape(-1), l.bias]) for l in layers]).tolist()


def network():
    torch.manual_seed(77)
    x, y = torch.randn(12, 5, dtype=D), torch.randint(0, 3, (12,))
    sizes, cases, start = (5, 6, 4, 3), {}, None
    for spec, make in NETWORK.items():
        torch.manual_seed(78)
        layers = [torch.nn.Linear(a, b, dtype=D) for a, b in zip(sizes, sizes[1:])]
        start = flat(layers)
        opt = make([l.weight for l in layers], [l.bias for l in layers])
        schedule = O.lr_scheduler.OneCycleLR(opt, 0.05, total_steps=101, cycle_momentum=False) if 'schedule' in spec else None
        rates, seen = [], {}
        for t in range(1, 101):
            rates.append(opt.param_groups[0]['lr'])
            opt.zero_grad()
            out = x
            for l in layers[:-1]: out = torch.tanh(l(out))
            torch.nn.functional.cross_entropy(layers[-1](out), y).backward()
            opt.step()
            if schedule: schedule.step()
            if t in (1, 10, 100): seen[str(t)] = flat(layers)
        cases[spec] = {'params': seen}
        if schedule: cases[spec]['rates'] = rates
    return {'x': x.tolist(), 'y': y.tolist(), 'start': start, 'cases': cases}


for name, data in (('optimizers-more', quadratics()), ('optimizers-network', network())):
    with open(os.path.join(OUT, name + '.json'), 'w') as f:
        json.dump(data, f, indent=0)
        f.write('\n')
