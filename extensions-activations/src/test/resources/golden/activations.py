#!/usr/bin/python3
"""Writes activations.json: activations and their derivatives at 200 digits, by mpmath.

The inputs are exact in float and in double. They lie on a logarithmic grid from 1e-8 to 1e4 of both signs,
in the range where curves bend, at tiny and huge numbers, close to corners and to zeros of the slope, and densely where
values go below the least normal number of float (down to -104) and of double (down to -745). Derivatives are closed forms,
written here without a look at the Java code; hyperparameters are the doubles that Java has. Needs Debian's python3-mpmath, in this folder:

    python3 activations.py activations.json
    python3 activations.py ../../../../../extensions-testkit/src/test/resources/golden/activations.json \\
        mish swish gelu gelu_tanh elu softplus tanh 'leaky_relu(alpha=0.2)'
"""
import json, random, struct, sys
import mpmath as mp

mp.mp.dps = 200
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


def squareplus(b):
    def of(x):
        root = mp.sqrt(x * x + b)
        return (x + root) / 2, (1 + x / root) / 2
    return of


def clipped_relu(highest, slope, threshold):
    def of(x):
        if x >= highest: return highest, 0 * x
        return (x, one) if x > threshold else (slope * (x - threshold), slope)
    return of


def sparse_plus(x):
    if x <= -1: return 0 * x, 0 * x
    return (x, one) if x >= 1 else ((x + 1) ** 2 / 4, (x + 1) / 2)


SELU = elu(mp.mpf('1.6732632423543772848170429916717'), mp.mpf('1.0507009873554804934193349852946'))
FUNCTIONS = {
    'mish': mish, 'swish': swish(one), 'swish(beta=0.7)': swish(mp.mpf(0.7)),
    'gelu': lambda x: (x * cdf(x), cdf(x) + x * density(x)), 'gelu_tanh': gelu_tanh, 'gelu_sigmoid': swish(mp.mpf('1.702')),
    'relu': leaky(0 * one), 'relu6': lambda x: (min(max(x, 0 * x), 6 * one), one if 0 < x < 6 else 0 * x),
    'leaky_relu(alpha=0.03)': leaky(mp.mpf(0.03)), 'leaky_relu(alpha=0.2)': leaky(mp.mpf(0.2)), 'rrelu(lower=0.2, upper=0.4)': leaky(mp.mpf(0.3)),
    'elu(alpha=0.5)': elu(half), 'elu': elu(one), 'selu': SELU, 'celu(alpha=1.7)': celu(mp.mpf(1.7)),
    'hard_swish': hard_swish, 'softplus': lambda x: (softplus(x), sigmoid(x)),
    'log_sigmoid': lambda x: (-softplus(-x), sigmoid(-x)),
    'squared_relu': lambda x: (max(x, 0 * x) ** 2, 2 * max(x, 0 * x)),
    'tanh': lambda x: (mp.tanh(x), mp.sech(x) ** 2),
    'exponential': lambda x: (mp.exp(x), mp.exp(x)), 'sigmoid': lambda x: (sigmoid(x), sigmoid(x) * sigmoid(-x)),
    'softsign': lambda x: (x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2),
    'hard_sigmoid': lambda x: (min(max(x + 3, 0 * x), 6 * one) / 6, one / 6 if abs(x) < 3 else 0 * x),
    'hard_tanh': lambda x: (min(max(x, -one), one), one if abs(x) < 1 else 0 * x),
    'sparse_plus': sparse_plus, 'sparse_sigmoid': lambda x: (min(max((x + 1) / 2, 0 * x), one), half if abs(x) < 1 else 0 * x),
    'squareplus(b=0.7)': squareplus(mp.mpf(0.7)),
    'threshold(threshold=0.7, value=-0.3)': lambda x: (x, one) if x > mp.mpf(0.7) else (mp.mpf(-0.3), 0 * x),
    'clipped_relu(maxValue=6, negativeSlope=0.3, threshold=0.7)': clipped_relu(6 * one, mp.mpf(0.3), mp.mpf(0.7)),
    'tanh_shrink': lambda x: (x - mp.tanh(x), mp.tanh(x) ** 2),
    'soft_shrink(lambda=0.7)': lambda x: (mp.sign(x) * max(abs(x) - mp.mpf(0.7), 0 * x), one if abs(x) > mp.mpf(0.7) else 0 * x),
    'hard_shrink(lambda=0.7)': lambda x: (x, one) if abs(x) > mp.mpf(0.7) else (0 * x, 0 * x),
}


def as_float(v): return struct.unpack('f', struct.pack('f', v))[0]


def both(values): return [sign * v for v in values for sign in (1, -1)]


xs = both(10 ** (k / 3) for k in range(-24, 13)) + both([1e-38, 1e-30, 1e-20, 1e-12, 1e6, 1e10, 1e20, 1e30, 3e38])
xs += both(rnd.uniform(0, 25) for _ in range(25)) + [rnd.uniform(25, 745) for _ in range(8)]
xs += [rnd.uniform(-104, -25) for _ in range(25)] + [rnd.uniform(-745, -104) for _ in range(15)]
xs += both([0.5, 1, 3, 0.69999, 0.7, 0.70001, 0.7000001]) + [0, 6, 6.0001, -3.0001, -2.9999, -1.5, -1.2784646, -1.1924, -0.75179]
xs += [-10.05, -10.2, -10.3, -13.05, -13.2, -13.35, -37.45, -37.55, -51.5, -52, -53, -87.5, -88, -89, -90.5, -91.7, -148.5, -151]
xs += [-708.5, -709.7, -710.5, -712, -714.5]
xs = sorted(set(map(as_float, xs)))
out = {'x': xs}
for name in sys.argv[2:] or FUNCTIONS:
    pairs = [FUNCTIONS[name](mp.mpf(x)) for x in xs]
    out[name] = {'y': [float(p[0]) for p in pairs], 'dy': [float(p[1]) for p in pairs]}
with open(sys.argv[1], 'w') as file:
    lines = ['"%s": %s' % (name, json.dumps(points)) for name, points in out.items()]
    file.write('{' + ',\n'.join(lines).replace('Infinity', '1e999') + '}\n')  # exp(x) past 709
