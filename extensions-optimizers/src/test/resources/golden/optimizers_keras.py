#!/usr/bin/python3
"""Writes optimizers-keras.json: paths of Keras 3's optimizers, by numpy, in float64. Needs numpy and nothing else.

The formulas are those of the API pages https://keras.io/api/optimizers/ and of the papers that they name, written
down here as functions; no Keras is run. All paths take the same 100 gradients, which are exact in float: nine parameters
whose gradients differ in size from 1e-9 to 100, one of them constant, one 0. The learning rate is a tenth from step 30 on, and
three times the first from step 70 on, since a velocity that holds the rate shows itself only where the rate changes.

    python3 optimizers_keras.py optimizers-keras.json
"""
import json, sys
import numpy as np

STEPS, SEEN = 100, (1, 2, 5, 20, 31, 50, 71, 100)
FACTORS = ((30, 1.0), (70, 0.1), (STEPS, 3.0))  # of the rate, up to a step
rnd = np.random.default_rng(20261129)
sizes = np.array([1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1, 10, 100, 0])
gradients = (rnd.normal(0.3, 1, (STEPS, len(sizes))) * sizes).astype(np.float32).astype(np.float64)
gradients[:, 4] = np.float32(0.1)
start = np.array([1, -0.5, 0.25, 1.5, -1, 0.75, -2, 0.5, 1.25])


def sgd(momentum=0.0, nesterov=False):
    s = {'v': 0}
    def step(w, g, lr, t):
        if momentum == 0:
            return w - lr * g
        s['v'] = momentum * s['v'] - lr * g
        return w + momentum * s['v'] - lr * g if nesterov else w + s['v']
    return step


def adagrad(initial_accumulator_value, epsilon):
    s = {'a': initial_accumulator_value}
    def step(w, g, lr, t):
        s['a'] = s['a'] + g * g
        return w - lr * g / np.sqrt(s['a'] + epsilon)
    return step


def adadelta(rho, epsilon):
    s = {'a': 0, 'd': 0}
    def step(w, g, lr, t):
        s['a'] = rho * s['a'] + (1 - rho) * g * g
        delta = -np.sqrt(s['d'] + epsilon) / np.sqrt(s['a'] + epsilon) * g
        s['d'] = rho * s['d'] + (1 - rho) * delta * delta
        return w + lr * delta
    return step


def rmsprop(rho, epsilon, momentum=0.0, centered=False):
    s = {'v': 0, 'a': 0, 'm': 0}
    def step(w, g, lr, t):
        s['v'] = rho * s['v'] + (1 - rho) * g * g
        denominator = s['v'] + epsilon
        if centered:
            s['a'] = rho * s['a'] + (1 - rho) * g
            denominator = s['v'] - s['a'] * s['a'] + epsilon
        increment = lr * g / np.sqrt(denominator)
        if momentum == 0:
            return w - increment
        s['m'] = momentum * s['m'] + increment
        return w - s['m']
    return step


def adam(beta_1, beta_2, epsilon, amsgrad=False, weight_decay=0.0):
    s = {'m': 0, 'v': 0, 'h': 0}
    def step(w, g, lr, t):
        w = w - w * weight_decay * lr
        alpha = lr * np.sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t)
        s['m'] = s['m'] + (g - s['m']) * (1 - beta_1)
        s['v'] = s['v'] + (g * g - s['v']) * (1 - beta_2)
        s['h'] = np.maximum(s['h'], s['v'])
        return w - alpha * s['m'] / (np.sqrt(s['h'] if amsgrad else s['v']) + epsilon)
    return step


def adamax(beta_1, beta_2, epsilon):
    s = {'m': 0, 'u': 0}
    def step(w, g, lr, t):
        s['m'] = s['m'] + (g - s['m']) * (1 - beta_1)
        s['u'] = np.maximum(beta_2 * s['u'], np.abs(g))
        return w - lr * s['m'] / ((1 - beta_1 ** t) * (s['u'] + epsilon))
    return step


def nadam(beta_1, beta_2, epsilon):
    s = {'m': 0, 'v': 0, 'p': 1}
    def step(w, g, lr, t):
        now, following = (beta_1 * (1 - 0.5 * 0.96 ** i) for i in (t, t + 1))
        s['p'] = s['p'] * now
        s['m'] = s['m'] + (g - s['m']) * (1 - beta_1)
        s['v'] = s['v'] + (g * g - s['v']) * (1 - beta_2)
        mean = following * s['m'] / (1 - s['p'] * following) + (1 - now) * g / (1 - s['p'])
        return w - mean * lr / (np.sqrt(s['v'] / (1 - beta_2 ** t)) + epsilon)
    return step


def lion(beta_1, beta_2):
    s = {'m': 0}
    def step(w, g, lr, t):
        w = w - lr * np.sign(s['m'] * beta_1 + g * (1 - beta_1))
        s['m'] = s['m'] * beta_2 + g * (1 - beta_2)
        return w
    return step


CASES = {  # spec of this project -> rate and step of Keras
    'sgd(learningRate=0.002)': (0.002, sgd()),
    'momentum(learningRate=0.001, momentum=0.85, convention=keras)': (0.001, sgd(0.85)),
    'nesterov(learningRate=0.001, momentum=0.8, convention=keras)': (0.001, sgd(0.8, True)),
    'adagrad(learningRate=0.02, epsilon=1e-7, initialAccumulator=0.1, convention=keras)': (0.02, adagrad(0.1, 1e-7)),
    'adagrad(learningRate=0.02, epsilon=1e-4, convention=keras)': (0.02, adagrad(0, 1e-4)),
    'adadelta(learningRate=0.7, rho=0.95, epsilon=1e-7)': (0.7, adadelta(0.95, 1e-7)),
    'rmsprop(learningRate=0.003, epsilon=1e-7, convention=keras)': (0.003, rmsprop(0.9, 1e-7)),
    'rmsprop(learningRate=0.002, rho=0.8, epsilon=1e-5, momentum=0.6, convention=keras)': (0.002, rmsprop(0.8, 1e-5, 0.6)),
    'rmsprop(learningRate=0.002, rho=0.95, epsilon=1e-2, centered=true, convention=keras)': (0.002, rmsprop(0.95, 1e-2, 0, True)),
    'rmsprop(learningRate=0.001, rho=0.9, epsilon=1e-2, momentum=0.5, centered=true, convention=keras)':
        (0.001, rmsprop(0.9, 1e-2, 0.5, True)),
    'adam(learningRate=0.002, epsilon=1e-7, convention=keras)': (0.002, adam(0.9, 0.999, 1e-7)),
    'adam(learningRate=0.003, beta1=0.8, beta2=0.95, epsilon=1e-3, convention=keras)': (0.003, adam(0.8, 0.95, 1e-3)),
    'adamw(learningRate=0.002, epsilon=1e-7, weightDecay=0.4, convention=keras)': (0.002, adam(0.9, 0.999, 1e-7, False, 0.4)),
    'amsgrad(learningRate=0.002, beta2=0.9, epsilon=1e-5, convention=keras)': (0.002, adam(0.9, 0.9, 1e-5, True)),
    'adamax(learningRate=0.002, epsilon=1e-7, convention=keras)': (0.002, adamax(0.9, 0.999, 1e-7)),
    'adamax(learningRate=0.002, beta1=0.8, beta2=0.9, epsilon=1e-3, convention=keras)': (0.002, adamax(0.8, 0.9, 1e-3)),
    'nadam(learningRate=0.002, epsilon=1e-7, momentumDecay=1, form=paper)': (0.002, nadam(0.9, 0.999, 1e-7)),
    'lion(learningRate=0.002, beta1=0.9, beta2=0.95)': (0.002, lion(0.9, 0.95)),
}

cases = {}
for spec, (rate, step) in CASES.items():
    w, path, rates = start, {}, {}
    for t in range(1, STEPS + 1):
        factor = next(f for until, f in FACTORS if t < until or until == STEPS)
        w = step(w, gradients[t - 1], rate * factor, t)
        if rate * factor not in rates.values(): rates[str(t - 1)] = rate * factor
        if t in SEEN: path[str(t)] = w.tolist()
    cases[spec] = {'rates': rates, 'params': path}
with open(sys.argv[1], 'w') as file:
    json.dump({'start': start.tolist(), 'gradients': gradients.tolist(), 'cases': cases}, file, indent=0)
    file.write('\n')
