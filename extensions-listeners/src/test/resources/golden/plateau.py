"""Rates of PyTorch's ReduceLROnPlateau, score by score: writes plateau.json beside this file.

    /usr/bin/python3 plateau.py
"""
import json
import os
import random
import warnings

import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

warnings.simplefilter('ignore')


def scores(seed, mode):
    rng = random.Random(seed)
    level, out = 1.0, []
    for i in range(60):
        level *= rng.choice([1.0, 1.0, 0.98, 0.9])
        x = level + rng.gauss(0, 0.01)
        out.append(x if mode == 'min' else 1.5 - x)
    if seed % 3 == 0:
        out[7] = out[8] = float('nan')
    return out


def rates(given, arguments, lr):
    p = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([p], lr=lr)
    scheduler = ReduceLROnPlateau(optimizer, **arguments)
    out = []
    for x in given:
        scheduler.step(x)
        out.append(optimizer.param_groups[0]['lr'])
    return out


cases = []
seed = 0
for mode in ('min', 'max'):
    for threshold_mode, threshold in (('rel', 1e-2), ('abs', 5e-3), ('abs', 0.0)):
        for patience, cooldown in ((0, 0), (1, 3), (4, 1)):
            for min_lr, eps in ((0.0, 1e-8), (1e-3, 1e-8), (0.0, 2e-3)):
                seed += 1
                arguments = dict(mode=mode, factor=0.3 if seed % 2 else 0.7, patience=patience, threshold=threshold,
                                 threshold_mode=threshold_mode, cooldown=cooldown, min_lr=min_lr, eps=eps)
                given = scores(seed, mode)
                cases.append(dict(arguments=arguments, lr=0.1, scores=[None if x != x else x for x in given],
                                  rates=rates(given, arguments, 0.1)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'plateau.json'), 'w') as f:
    json.dump(dict(generator='plateau.py', torch=torch.__version__, cases=cases), f, indent=0)
    f.write('\n')
