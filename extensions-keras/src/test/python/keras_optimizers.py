"""Steps of Keras's optimizers and values of its schedules, by Keras's formulas in numpy.

    python3 keras_optimizers.py > ../resources/optimizers.json

Before Keras 2.11 optimizers had "decay", and epsilon stood outside of the root in Adagrad, and in RMSprop without momentum.
The gradient of weight i at step t, counted from 1, is sin(0.1 t (i + 1)) + 0.05 i.
"""

import json
import math

import numpy as np

START = np.array([1.0, -0.5, 0.25, 2.0])


def gradient(t):
    i = np.arange(4)
    return np.sin(0.1 * t * (i + 1)) + 0.05 * i


def is_old(c):
    return "decay" in c or "lr" in c


def sgd(c, w, g, t, lr, s):
    mu = c.get("momentum", 0.0)
    if mu == 0:
        return w - lr * g
    v = s["v"] = mu * s.get("v", 0) - lr * g
    return w + mu * v - lr * g if c.get("nesterov") else w + v


def adam(c, w, g, t, lr, s):
    b1, b2 = c["beta_1"], c["beta_2"]
    alpha = lr * math.sqrt(1 - b2 ** t) / (1 - b1 ** t)
    m = s["m"] = s.get("m", 0) + (g - s.get("m", 0)) * (1 - b1)
    v = s["v"] = s.get("v", 0) + (g * g - s.get("v", 0)) * (1 - b2)
    if c.get("amsgrad"):
        v = s["hat"] = np.maximum(s.get("hat", 0), v)
    return w - m * alpha / (np.sqrt(v) + c["epsilon"])


def nadam(c, w, g, t, lr, s):
    b1, b2 = c["beta_1"], c["beta_2"]
    decay = c.get("schedule_decay", c.get("decay", 1))
    u = b1 * (1 - 0.5 * 0.96 ** (decay * t))
    u_next = b1 * (1 - 0.5 * 0.96 ** (decay * (t + 1)))
    p = s["p"] = s.get("p", 1) * u
    p_next = p * u_next
    m = s["m"] = s.get("m", 0) + (g - s.get("m", 0)) * (1 - b1)
    v = s["v"] = s.get("v", 0) + (g * g - s.get("v", 0)) * (1 - b2)
    m_hat = u_next * m / (1 - p_next) + (1 - u) * g / (1 - p)
    return w - m_hat * lr / (np.sqrt(v / (1 - b2 ** t)) + c["epsilon"])


def adamax(c, w, g, t, lr, s):
    b1, b2 = c["beta_1"], c["beta_2"]
    m = s["m"] = s.get("m", 0) + (g - s.get("m", 0)) * (1 - b1)
    u = s["u"] = np.maximum(b2 * s.get("u", 0), np.abs(g))
    return w - lr * m / ((1 - b1 ** t) * (u + c["epsilon"]))


def adagrad(c, w, g, t, lr, s):
    a = s["a"] = s.get("a", c.get("initial_accumulator_value", 0)) + g * g
    if is_old(c):
        return w - lr * g / (np.sqrt(a) + c["epsilon"])
    return w - lr * g / np.sqrt(a + c["epsilon"])


def adadelta(c, w, g, t, lr, s):
    rho, eps = c["rho"], c["epsilon"]
    a = s["a"] = rho * s.get("a", 0) + (1 - rho) * g * g
    d = -np.sqrt(s.get("d", 0) + eps) * g / np.sqrt(a + eps)
    s["d"] = rho * s.get("d", 0) + (1 - rho) * d * d
    return w + lr * d


def rmsprop(c, w, g, t, lr, s):
    rho = c["rho"]
    v = s["v"] = rho * s.get("v", 0) + (1 - rho) * g * g
    if c.get("centered"):
        a = s["a"] = rho * s.get("a", 0) + (1 - rho) * g
        v = v - a * a
    if is_old(c) and not c.get("momentum"):
        return w - lr * g / (np.sqrt(v) + c["epsilon"])
    step = lr * g / np.sqrt(v + c["epsilon"])
    if c["momentum"] > 0:
        step = s["m"] = c["momentum"] * s.get("m", 0) + step
    return w - step


def lion(c, w, g, t, lr, s):
    m = s.get("m", 0)
    s["m"] = c["beta_2"] * m + (1 - c["beta_2"]) * g
    return w - lr * np.sign(c["beta_1"] * m + (1 - c["beta_1"]) * g)


RULES = {"SGD": sgd, "Adam": adam, "AdamW": adam, "Nadam": nadam, "Adamax": adamax, "Adagrad": adagrad,
         "Adadelta": adadelta, "RMSprop": rmsprop, "Lion": lion}


def schedule(s, step):
    """Keras's formulas; the first step is 0."""
    if not isinstance(s, dict):
        return s
    c = s["config"]
    r = c.get("initial_learning_rate")
    kind = s["class_name"]
    if kind == "ExponentialDecay":
        p = step / c["decay_steps"]
        return r * c["decay_rate"] ** (math.floor(p) if c["staircase"] else p)
    if kind == "InverseTimeDecay":
        p = step / c["decay_steps"]
        return r / (1 + c["decay_rate"] * (math.floor(p) if c["staircase"] else p))
    if kind == "PiecewiseConstantDecay":
        for boundary, value in zip(c["boundaries"], c["values"]):
            if step <= boundary:
                return value
        return c["values"][-1]
    if kind == "PolynomialDecay":
        steps = c["decay_steps"]
        if c["cycle"]:
            steps *= 1 if step == 0 else math.ceil(step / steps)
        else:
            step = min(step, steps)
        return (r - c["end_learning_rate"]) * (1 - step / steps) ** c["power"] + c["end_learning_rate"]
    if kind == "CosineDecay":
        warm = c.get("warmup_steps", 0) if c.get("warmup_target") is not None else 0
        if step < warm:
            return r + (c["warmup_target"] - r) * step / warm
        peak = c["warmup_target"] if warm else r
        done = min(step - warm, c["decay_steps"]) / c["decay_steps"]
        return peak * ((1 - c["alpha"]) * 0.5 * (1 + math.cos(math.pi * done)) + c["alpha"])
    if kind == "CosineDecayRestarts":
        done, t_mul = step / c["first_decay_steps"], c["t_mul"]
        if t_mul == 1:
            i = math.floor(done)
            done -= i
        else:
            i = math.floor(math.log(1 - done * (1 - t_mul)) / math.log(t_mul))
            done = (done - (1 - t_mul ** i) / (1 - t_mul)) / t_mul ** i
        cosine = 0.5 * c["m_mul"] ** i * (1 + math.cos(math.pi * done))
        return r * ((1 - c["alpha"]) * cosine + c["alpha"])
    raise ValueError(kind)


def of(class_name, **config):
    return {"class_name": class_name, "config": config}


MOMENTS = dict(beta_1=0.9, beta_2=0.999, epsilon=1e-7)
FALLING = of("ExponentialDecay", initial_learning_rate=0.1, decay_steps=20, decay_rate=0.5, staircase=False)
OPTIMIZERS = [
    of("SGD", learning_rate=0.01, momentum=0.0, nesterov=False),
    of("SGD", learning_rate=FALLING, momentum=0.9, nesterov=False),
    of("SGD", learning_rate=FALLING, momentum=0.9, nesterov=True),
    of("SGD", lr=0.01, decay=0.01, momentum=0.5, nesterov=False),
    of("Adam", learning_rate=0.001, amsgrad=False, **MOMENTS),
    of("Custom>Adam", learning_rate=FALLING, amsgrad=False, **{**MOMENTS, "epsilon": 1e-3}),
    of("Adam", learning_rate=0.01, amsgrad=True, **MOMENTS),
    of("Nadam", learning_rate=0.001, **MOMENTS),
    of("Adamax", learning_rate=0.01, **{**MOMENTS, "epsilon": 1e-3}),
    of("Adagrad", learning_rate=0.1, initial_accumulator_value=0.1, epsilon=1e-3),
    of("Adadelta", learning_rate=0.5, rho=0.95, epsilon=1e-7),
    of("RMSprop", learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-3, centered=False),
    of("RMSprop", learning_rate=FALLING, rho=0.9, momentum=0.5, epsilon=1e-3, centered=False),
    of("RMSprop", learning_rate=0.001, rho=0.9, momentum=0.5, epsilon=1e-3, centered=True),
    of("Lion", learning_rate=0.001, beta_1=0.9, beta_2=0.99),
    of("AdamW", learning_rate=0.01, amsgrad=False, **{**MOMENTS, "epsilon": 1e-3}),
    of("RMSprop", lr=0.001, rho=0.9, epsilon=1e-3, decay=0.01),
    of("RMSprop", learning_rate=0.001, decay=0.0, rho=0.9, momentum=0.0, epsilon=1e-3, centered=True),
    of("RMSprop", learning_rate=FALLING, decay=0, rho=0.9, momentum=0.5, epsilon=1e-3, centered=False),
    of("Adagrad", lr=0.1, decay=0.0, epsilon=1e-3),
    of("Adagrad", learning_rate=0.1, decay=0.1, initial_accumulator_value=0.1, epsilon=1e-3),
    of("Adadelta", lr=1.0, rho=0.95, decay=0.01, epsilon=1e-3),
    of("Adamax", learning_rate=0.01, decay=0.02, **{**MOMENTS, "epsilon": 1e-3}),
    of("Nadam", lr=0.002, schedule_decay=0.004, **MOMENTS),
    of("Nadam", learning_rate=0.001, decay=0.004, **MOMENTS),
    of("Adam", learning_rate=FALLING, decay=0.02, amsgrad=True, **MOMENTS),
]
SCHEDULES = [
    FALLING,
    of("ExponentialDecay", initial_learning_rate=0.1, decay_steps=30, decay_rate=0.9, staircase=True),
    of("CosineDecay", initial_learning_rate=0.1, decay_steps=60, alpha=0.1),
    of("CosineDecay", initial_learning_rate=0.01, decay_steps=60, alpha=0.1, warmup_target=0.2, warmup_steps=20),
    of("CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=20, t_mul=2.0, m_mul=0.9, alpha=0.05),
    of("CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=25, t_mul=1.0, m_mul=1.0, alpha=0.0),
    of("PiecewiseConstantDecay", boundaries=[10, 50], values=[0.1, 0.01, 0.001]),
    of("PolynomialDecay", initial_learning_rate=0.1, decay_steps=40, end_learning_rate=0.001, power=2.0, cycle=False),
    of("PolynomialDecay", initial_learning_rate=0.1, decay_steps=40, end_learning_rate=0.001, power=1.0, cycle=True),
    of("InverseTimeDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5, staircase=False),
    of("InverseTimeDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5, staircase=True),
]


def run(o):
    c, w, s = o["config"], START.copy(), {}
    weights = {}
    for t in range(1, 101):
        rate = schedule(c["lr"] if "lr" in c else c["learning_rate"], t - 1)
        if o["class_name"] != "Nadam":  # whose decay is that of its momentum
            rate /= 1 + c.get("decay", 0) * (t - 1)
        w = RULES[o["class_name"].split(">")[-1]](c, w, gradient(t), t, rate, s)
        if t in (1, 10, 100):
            weights[t] = w.tolist()
    return {"optimizer": o, "weights": weights}


if __name__ == "__main__":
    print(json.dumps({
        "optimizers": [run(o) for o in OPTIMIZERS],
        "schedules": [{"schedule": s, "rates": [schedule(s, t) for t in range(101)]} for s in SCHEDULES]}, indent=1))
