#!/usr/bin/python3
"""Writes schedules-more.json: schedules step by step, by the formulas that other libraries publish.

Each case has the spec that our plugin is made from, the program whose formula it is, and the values at steps 0, 1, 2, ... at
40 digits, by mpmath. The formulas are those in the documentation or the code of PyTorch (CyclicLR, MultiStepLR, StepLR, LinearLR,
ChainedScheduler), Keras (CosineDecay, CosineDecayRestarts, PolynomialDecay, InverseTimeDecay, ExponentialDecay), optax
(cosine_decay_schedule), Hugging Face's transformers (get_wsd_schedule) and CosineAnnealingWarmupRestarts of
https://github.com/katsura-jp/pytorch-cosine-annealing-with-warmup, written here without a look at the Java code; the numbers are
the doubles that Java has. Needs Debian's python3-mpmath: /usr/bin/python3 schedules_more.py
"""
import json, os
import mpmath as mp
from mpmath import mpf

mp.mp.dps = 40
HALF = mpf(1) / 2
cases = []


def case(spec, program, steps, f):
    cases.append(dict(spec=spec, program=program, values=[float(f(t)) for t in range(steps)]))


def cyclic_scale(t, up, down):
    """CyclicLR.get_lr: the number of the cycle from 1, and max(0, 1 - x) of the triangle."""
    total, ratio = mpf(up + down), mpf(up) / (up + down)
    cycle = mp.floor(1 + t / total)
    x = 1 + t / total - cycle
    return cycle, x / ratio if x <= ratio else (x - 1) / (ratio - 1)


for low, high, up, down in ((0.001, 0.006, 20, 20), (0.01, 0.1, 30, 10), (0.0, 1.0, 3, 11)):
    for mode, decay, gamma in (('triangular', 1, 1), ('triangular2', 0.5, 1), ('exp_range', 1, 0.98)):
        def shrunk(t):
            cycle, height = cyclic_scale(t, up, down)
            return height * mpf(decay) ** (cycle - 1) * mpf(gamma) ** t
        rest = f'halfPeriod={up}, stepsDown={down}, decay={decay}, stepDecay={gamma}'
        case(f'cyclic(minRate={low}, maxRate={high}, {rest})', 'CyclicLR ' + mode, 150,
             lambda t: mpf(low) + (mpf(high) - mpf(low)) * shrunk(t))
        case(f'cyclic_momentum(maxMomentum=0.95, minMomentum=0.7, {rest})', 'its momentum', 150,
             lambda t: mpf(0.95) - (mpf(0.95) - mpf(0.7)) * shrunk(t))
case('cyclic_momentum(halfPeriod=20)', 'its momentum, the defaults', 150,
     lambda t: mpf(0.9) - (mpf(0.9) - mpf(0.8)) * cyclic_scale(t, 20, 20)[1])

for base, end, n, exponent in ((0.1, 0.0, 90, 1.0), (0.1, 0.0, 90, 2.0), (0.7, 0.01, 41, 0.3), (0.7, 0.01, 41, 5.5), (0.0, 0.4, 60, 3.0)):
    def cosine(t):
        decayed = HALF * (1 + mp.cospi(mpf(min(t, n)) / n))
        if base == 0:  # the alpha of a rate that rises from 0 would be infinite
            return mpf(end) * (1 - decayed ** mpf(exponent))
        alpha = mpf(end) / mpf(base)
        return mpf(base) * ((1 - alpha) * decayed ** mpf(exponent) + alpha)
    case(f'cosine(initialRate={base}, finalRate={end}, totalSteps={n}, exponent={exponent})', 'cosine_decay_schedule', n + 20, cosine)

for base, end, first, t_mul, m_mul in ((0.1, 0.0, 10, 2.0, 0.5), (0.5, 0.02, 8, 1.5, 0.9), (0.5, 0.02, 13, 1.0, 0.7)):
    def restarts(t):
        fraction = mpf(t) / first
        if t_mul == 1:
            i = mp.floor(fraction)
            fraction -= i
        else:
            m = mpf(t_mul)
            i = mp.floor(mp.log(1 - fraction * (1 - m)) / mp.log(m) + mpf(10) ** -30)
            fraction = (fraction - (1 - m ** i) / (1 - m)) / m ** i
        alpha = mpf(end) / mpf(base)
        return mpf(base) * ((1 - alpha) * HALF * mpf(m_mul) ** i * (1 + mp.cospi(fraction)) + alpha)
    case(f'cosine_restarts(initialRate={base}, finalRate={end}, firstPeriod={first}, periodMultiplier={t_mul}, peakDecay={m_mul})',
         'CosineDecayRestarts', 200, restarts)

for high, period, warm, gamma in ((0.1, 30, 5, 0.5), (0.3, 17, 16, 1.0), (0.2, 25, 1, 0.9)):
    def warmed(t):
        cycle, at = divmod(t, period)
        peak = mpf(high) * mpf(gamma) ** cycle
        if at < warm:
            return peak * at / warm
        return peak * (1 + mp.cospi(mpf(at - warm) / (period - warm))) / 2
    case(f'cosine_restarts(initialRate={high}, firstPeriod={period}, peakDecay={gamma}, warmupSteps={warm})',
         'CosineAnnealingWarmupRestarts', 160, warmed)

for high, low, up, stable, down in ((0.1, 0.0, 20, 50, 30), (0.1, 0.01, 0, 40, 25), (0.5, 0.0, 13, 0, 47)):
    for shape, left in (('linear', lambda x: 1 - x), ('cosine', lambda x: HALF * (1 + mp.cospi(x))), ('sqrt', lambda x: 1 - mp.sqrt(x))):
        def wsd(t):
            ratio = mpf(low) / mpf(high)
            if t < up:
                return mpf(high) * t / up
            if t < up + stable:
                return mpf(high)
            if t < up + stable + down:
                return mpf(high) * (left(mpf(t - up - stable) / down) * (1 - ratio) + ratio)
            return mpf(low)
        case(f'warmup_stable_decay(maxRate={high}, warmupSteps={up}, stableSteps={stable}, decaySteps={down}, finalRate={low}, decayShape={shape})',
             'get_wsd_schedule ' + shape, 120, wsd)

for base, gamma, milestones in ((0.1, 0.1, [30, 80]), (0.4, 0.25, [5, 6, 70])):
    case(f'multi_step(initialRate={base}, milestones={milestones}, decayRate={gamma})', 'MultiStepLR', 120,
         lambda t: mpf(base) * mpf(gamma) ** sum(t >= m for m in milestones))
case('step(initialRate=0.5, decayRate=0.8, decaySteps=13)', 'StepLR', 120, lambda t: mpf(0.5) * mpf(0.8) ** (t // 13))
case('exponential(initialRate=0.1, decayRate=0.96, decaySteps=10, staircase=true)', 'ExponentialDecay, staircase', 120,
     lambda t: mpf(0.1) * mpf(0.96) ** mp.floor(mpf(t) / 10))
for start, end, n in ((0.25, 1.0, 40), (1.0, 0.1, 25)):
    case(f'linear(initialRate={start}, finalRate={end}, totalSteps={n})', 'LinearLR on a rate of 1', 60,
         lambda t: mpf(start) + (mpf(end) - mpf(start)) * min(t, n) / n)
case('product(schedules=[linear(initialRate=0.25, finalRate=1, totalSteps=40), exponential(initialRate=0.1, decayRate=0.9, decaySteps=1)])',
     'ChainedScheduler of LinearLR and ExponentialLR', 100,
     lambda t: (mpf(0.25) + mpf(0.75) * min(t, 40) / 40) * mpf(0.1) * mpf(0.9) ** t)

for base, end, n, power in ((0.3, 0.02, 50, 3.0), (0.1, 1e-4, 33, 1.0), (0.1, 0.0, 20, 0.5)):
    def polynomial(t):
        decay = n * (1 if t == 0 else mp.ceil(mpf(t) / n))
        return (mpf(base) - mpf(end)) * (1 - t / decay) ** mpf(power) + mpf(end)
    case(f'polynomial(initialRate={base}, finalRate={end}, totalSteps={n}, power={power}, cycle=true)',
         'PolynomialDecay, cycle', 170, polynomial)

for base, steps, rate in ((0.1, 10.0, 0.96), (0.5, 2.5, 1.0), (0.02, 0.75, 0.3)):
    for staircase in (False, True):
        def inverse(t):
            p = mpf(t) / mpf(steps)
            return mpf(base) / (1 + mpf(rate) * (mp.floor(p) if staircase else p))
        case(f'power(initialRate={base}, stepSize={steps}, decayRate={rate}, staircase={str(staircase).lower()})',
             'InverseTimeDecay' + (', staircase' if staircase else ''), 150, inverse)
case('inverse_time(initialRate=0.1, stepSize=10, decayRate=0.96)', 'InverseTimeDecay, by its name', 150,
     lambda t: mpf(0.1) / (1 + mpf(0.96) * t / 10))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'schedules-more.json'), 'w') as f:
    json.dump(dict(mpmath=mp.__version__, cases=cases), f, indent=0)
    f.write('\n')
