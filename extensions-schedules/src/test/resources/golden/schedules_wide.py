#!/usr/bin/python3
"""Writes schedules-wide.json: schedules step by step, by PyTorch's schedulers.

Each case has the spec that our plugin is made from, the program that it is held against, and that
program's values at steps 0, 1, 2, ... What PyTorch has not (Keras's inverse time and polynomial
with a final rate, the schedule of Vaswani et al., and the 1cycle of Geron's book) is a lambda
under PyTorch's LambdaLR, or numpy's interpolation between the phases' ends, written here without
a look at the Java code. Needs Debian's python3-torch: /usr/bin/python3 schedules_wide.py

schedules.json, beside it, was made by PyTorch 1.13.1 from parameters of its own; "plateau" in it
is for a listener, not for a schedule.
"""
import json, os, warnings
import numpy as np
import torch
from torch.optim import lr_scheduler as L

warnings.simplefilter('ignore')
cases = []


def run(spec, name, base, make, steps, key='lr'):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=base, momentum=0.9)
    scheduler = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0][key])
        optimizer.step()
        scheduler.step()
    cases.append(dict(spec=spec, program=name, values=values))


def interpolated(spec, name, steps, at, values):
    cases.append(dict(spec=spec, program=name, values=np.interp(range(steps), at, values).tolist()))


for peak, n, pct, div, last in ((0.1, 200, 0.3, 25.0, 1e4), (2.5, 77, 0.45, 10.0, 1e3), (1e-3, 31, 0.123, 4.0, 50.0)):
    for anneal, shape in (('cos', 'cosine'), ('linear', 'linear')):
        for three in (False, True):
            make = lambda o: L.OneCycleLR(o, peak, total_steps=n, pct_start=pct, div_factor=div, final_div_factor=last,
                                          anneal_strategy=anneal, three_phase=three, base_momentum=0.8, max_momentum=0.97)
            rest = f'totalSteps={n}, style=torch, shape={shape}, warmupFraction={pct}, threePhase={str(three).lower()}'
            run(f'one_cycle(maxRate={peak}, initialDivisor={div}, finalDivisor={last}, {rest})',
                'OneCycleLR', 1, make, n)
            run(f'one_cycle_momentum(maxMomentum=0.97, minMomentum=0.8, {rest})', 'OneCycleLR', 1, make, n, 'momentum')
run('one_cycle(maxRate=0.3, totalSteps=150, style=torch)', 'OneCycleLR, its defaults', 1,
    lambda o: L.OneCycleLR(o, 0.3, total_steps=150), 150)
run('one_cycle_momentum(totalSteps=150, style=torch)', 'OneCycleLR, its defaults', 1,
    lambda o: L.OneCycleLR(o, 0.3, total_steps=150), 150, 'momentum')

for peak, n in ((0.1, 430), (0.05, 120), (1.0, 33)):
    half = int(n * 0.9 / 2)
    at = [0, half, 2 * half, n]
    interpolated(f'one_cycle(maxRate={peak}, totalSteps={n})', 'chapter 11: peak / 10 to peak and back in 90 %, then / 1000',
                 n + 20, at, [peak / 10, peak, peak / 10, peak / 10 / 1000])
    interpolated(f'one_cycle_momentum(totalSteps={n})', 'its momentum', n + 20, at, [0.95, 0.85, 0.95, 0.95])

for base, end, n in ((0.1, 0.0, 90), (0.7, 0.01, 41)):
    run(f'cosine(initialRate={base}, finalRate={end}, totalSteps={n})', 'CosineAnnealingLR', base,
        lambda o: L.CosineAnnealingLR(o, n, end), n + 1)
for base, end, first, times in ((0.1, 0.0, 10, 1), (0.1, 0.0, 10, 2), (0.5, 0.02, 3, 3), (0.2, 1e-3, 7, 2), (0.3, 0.0, 1, 2)):
    run(f'cosine_restarts(initialRate={base}, finalRate={end}, firstPeriod={first}, periodMultiplier={times})',
        'CosineAnnealingWarmRestarts', base, lambda o: L.CosineAnnealingWarmRestarts(o, first, times, end), 200)
for low, high, half in ((0.001, 0.006, 20), (0.0, 1.0, 7)):
    for mode, decay in (('triangular', 1), ('triangular2', 0.5)):
        run(f'cyclic(minRate={low}, maxRate={high}, halfPeriod={half}, decay={decay})', 'CyclicLR ' + mode, low,
            lambda o: L.CyclicLR(o, low, high, half, mode=mode, cycle_momentum=False), 150)
for base, gamma in ((0.1, 0.97), (0.5, 0.8)):
    run(f'exponential(initialRate={base}, decayRate={gamma}, decaySteps=1)', 'ExponentialLR', base,
        lambda o: L.ExponentialLR(o, gamma), 120)
    run(f'exponential(initialRate={base}, decayRate={gamma}, decaySteps=13, staircase=true)', 'StepLR', base,
        lambda o: L.StepLR(o, 13, gamma), 120)
run('exponential(initialRate=0.02, decayRate=0.1, decaySteps=37)', 'r 0.1 ** (t / 37)', 0.02,
    lambda o: L.LambdaLR(o, lambda t: 0.1 ** (t / 37)), 200)
run('piecewise_constant(boundaries=[5, 6, 70], rates=[0.4, 0.1, 0.025, 0.00625])', 'MultiStepLR', 0.4,
    lambda o: L.MultiStepLR(o, [5, 6, 70], 0.25), 120)
run('polynomial(initialRate=0.1, totalSteps=80, power=0.9)', 'PolynomialLR', 0.1, lambda o: L.PolynomialLR(o, 80, 0.9), 120)
run('polynomial(initialRate=0.3, totalSteps=50)', 'PolynomialLR', 0.3, lambda o: L.PolynomialLR(o, 50, 1.0), 120)
run('polynomial(initialRate=0.3, finalRate=0.02, totalSteps=50, power=3)', "Keras's PolynomialDecay", 1,
    lambda o: L.LambdaLR(o, lambda t: (0.3 - 0.02) * (1 - min(t, 50) / 50) ** 3 + 0.02), 120)
for base, step, c in ((0.1, 20, 1.0), (0.5, 3, 0.6)):
    run(f'power(initialRate={base}, stepSize={step}, exponent={c})', 'r / (1 + t / s) ** c', base,
        lambda o: L.LambdaLR(o, lambda t: 1 / (1 + t / step) ** c), 200)
run('inverse_sqrt(maxRate=0.002, warmupSteps=40)', 'Vaswani et al., formula 3, d = 1 / (0.002 ** 2 * 40)', 1,
    lambda o: L.LambdaLR(o, lambda t: 0.002 * 40 ** 0.5 * min((t + 1) ** -0.5, (t + 1) * 40 ** -1.5)), 200)

warm = lambda o, s, w: L.LinearLR(o, start_factor=s, total_iters=w)
run('warmup(after=0.1, warmupSteps=25, startFactor=0.2)', 'LinearLR', 0.1, lambda o: warm(o, 0.2, 25), 60)
run('warmup(after=cosine(initialRate=0.1, totalSteps=60), warmupSteps=15, startFactor=0.01)',
    'SequentialLR of LinearLR and CosineAnnealingLR', 0.1,
    lambda o: L.SequentialLR(o, [warm(o, 0.01, 15), L.CosineAnnealingLR(o, 60)], [15]), 76)
run('warmup(after=exponential(initialRate=0.1, decayRate=0.9, decaySteps=1), warmupSteps=10, startFactor=0.5)',
    'SequentialLR of LinearLR and ExponentialLR', 0.1,
    lambda o: L.SequentialLR(o, [warm(o, 0.5, 10), L.ExponentialLR(o, 0.9)], [10]), 80)
run('sequence(schedules=[constant(rate=0.05), exponential(initialRate=0.1, decayRate=0.95, decaySteps=1),'
    ' exponential(initialRate=0.1, decayRate=0.5, decaySteps=10, staircase=true)], boundaries=[12, 50])',
    'SequentialLR of ConstantLR, ExponentialLR and StepLR', 0.1,
    lambda o: L.SequentialLR(o, [L.ConstantLR(o, 0.5, 1000), L.ExponentialLR(o, 0.95), L.StepLR(o, 10, 0.5)], [12, 50]), 120)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'schedules-wide.json'), 'w') as f:
    json.dump(dict(torch=torch.__version__, numpy=np.__version__, cases=cases), f, indent=0)
    f.write('\n')
