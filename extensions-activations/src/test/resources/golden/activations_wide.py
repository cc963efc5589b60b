#!/usr/bin/python3
"""Writes activations-wide.json: activations and their derivatives at 60 digits, by mpmath.

The inputs are drawn anew (1e-7 to 1e4, both signs, and the range where curves bend), each exact in
float and in double. Derivatives are closed forms or mpmath's numeric ones, written here without a
look at the Java code. Needs Debian's python3-mpmath: /usr/bin/python3 activations_wide.py

activations.json, beside it, has the same form; it was made by mpmath 1.2.1 from its own list of
inputs, for the thirteen functions that it names.
"""
import json, os, random, struct
import mpmath as mp

mp.mp.dps = 60
rnd = random.Random(20261121)
one, half = mp.mpf(1), mp.mpf('0.5')


def sigmoid(x): return 1 / (1 + mp.exp(-x))
def softplus(x): return mp.log1p(mp.exp(-abs(x))) + max(x, mp.mpf(0))
def cdf(x): return mp.erfc(-x / mp.sqrt(2)) / 2
def density(x): return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def swish(b):
    return lambda x: (x * sigmoid(b * x), sigmoid(b * x) + b * x * sigmoid(b * x) * sigmoid(-b * x))


def mish(x):
    w = mp.tanh(softplus(x))
    return x * w, w + x * mp.sech(softplus(x)) ** 2 * sigmoid(x)


def gelu_tanh(x):
    k = mp.sqrt(2 / mp.pi)
    a, da = k * (x + mp.mpf('0.044715') * x ** 3), k * (1 + 3 * mp.mpf('0.044715') * x ** 2)
    return x * sigmoid(2 * a), sigmoid(2 * a) + 2 * x * da * sigmoid(2 * a) * sigmoid(-2 * a)


def leaky(slope):
    return lambda x: (x, one) if x > 0 else (slope * x, slope)


def elu(alpha, scale=one):
    return lambda x: (scale * x, scale) if x > 0 else (scale * alpha * mp.expm1(x), scale * alpha * mp.exp(x))


def celu(alpha):
    return lambda x: (x, one) if x > 0 else (alpha * mp.expm1(x / alpha), mp.exp(x / alpha))


def hard_swish(x):
    if x <= -3: return 0 * x, 0 * x
    return (x, one) if x >= 3 else (x * (x + 3) / 6, (2 * x + 3) / 6)


SELU = elu(mp.mpf('1.6732632423543772848170429916717'), mp.mpf('1.0507009873554804934193349852946'))
FUNCTIONS = {
    'mish': mish, 'swish': swish(one), 'swish(beta=0.7)': swish(mp.mpf('0.7')), 'swish(beta=3)': swish(mp.mpf(3)),
    'gelu': lambda x: (x * cdf(x), cdf(x) + x * density(x)), 'gelu_tanh': gelu_tanh, 'gelu_sigmoid': swish(mp.mpf('1.702')),
    'relu': leaky(0 * one), 'relu6': lambda x: (min(max(x, 0 * x), 6 * one), one if 0 < x < 6 else 0 * x),
    'leaky_relu(alpha=0.03)': leaky(mp.mpf('0.03')), 'rrelu(lower=0.2, upper=0.4)': leaky(mp.mpf('0.3')),
    'elu(alpha=0.5)': elu(half), 'elu': elu(one), 'selu': SELU, 'celu(alpha=1.7)': celu(mp.mpf('1.7')),
    'hard_swish': hard_swish, 'softplus': lambda x: (softplus(x), sigmoid(x)),
    'log_sigmoid': lambda x: (-softplus(-x), sigmoid(-x)),
    'squared_relu': lambda x: (max(x, 0 * x) ** 2, 2 * max(x, 0 * x)),
    'tanh_shrink': lambda x: (x - mp.tanh(x), mp.tanh(x) ** 2),
    'soft_shrink(lambda=0.7)': lambda x: (mp.sign(x) * max(abs(x) - mp.mpf('0.7'), 0 * x), one if abs(x) > mp.mpf('0.7') else 0 * x),
    'hard_shrink(lambda=0.7)': lambda x: (x, one) if abs(x) > mp.mpf('0.7') else (0 * x, 0 * x),
}


def as_float(v): return struct.unpack('f', struct.pack('f', v))[0]


xs = sorted(as_float(sign * v) for sign in (1, -1) for v in
            [10 ** rnd.uniform(-7, 4) for _ in range(100)] + [rnd.uniform(0, 25) for _ in range(100)])
out = {'x': xs}
for name, f in FUNCTIONS.items():
    pairs = [f(mp.mpf(x)) for x in xs]
    out[name] = {'y': [float(p[0]) for p in pairs], 'dy': [float(p[1]) for p in pairs]}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'activations-wide.json'), 'w') as file:
    json.dump(out, file, indent=0)
    file.write('\n')
