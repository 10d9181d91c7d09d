#!/usr/bin/env python3
# I am more comfortable in numpy so the network + backprop is numpy, torch is only the referee
import numpy as np
import torch as th

rng = np.random.default_rng(6923)
H = 6
P = dict(W1=rng.normal(size=(H, 1)),
         b1=rng.normal(size=(H, 1)),
         W2=rng.normal(size=(1, H)),
         b2=rng.normal(size=(1, 1)))
x_in, y_in = rng.normal(size=(1, 1)), rng.normal(size=(1, 1))


def fwd(p, x):
    z = p['W1'] @ x + p['b1']
    a = np.maximum(z, 0.)
    return p['W2'] @ a + p['b2'] + x, (z, a)


def bwd(p, x, y):
    out, (z, a) = fwd(p, x)
    d_out = out - y
    d = {}
    d['b2'] = d_out.copy()
    d['W2'] = d_out @ a.T
    d_hidden = (p['W2'].T @ d_out)
    d_hidden[z <= 0] = 0
    d['W1'] = d_hidden @ x.T
    d['b1'] = d_hidden
    d['x'] = p['W1'].T @ d_hidden + d_out
    return d


# --- torch side -------------------------------------------------------
T = {k: th.tensor(v, requires_grad=True) for k, v in P.items()}
T['x'] = th.tensor(x_in, requires_grad=True)
t_out = T['W2'] @ th.clamp(T['W1'] @ T['x'] + T['b1'], min=0) + T['b2'] + T['x']
(0.5 * (t_out - th.from_numpy(y_in)) ** 2).squeeze().backward()

rel = lambda u, v: np.max(np.abs(u - v) / np.maximum(1e-12, np.abs(u) + np.abs(v)))

mine = bwd(P, x_in, y_in)
for k in ('b2', 'W2', 'W1', 'b1', 'x'):
    ref = T[k].grad.numpy()
    print(f'{k:>3s}  rel_err={rel(mine[k], ref):.3e}   allclose={np.allclose(mine[k], ref, rtol=1e-10)}')

# Discussion - numpy backprop and autograd agree to ~1e-16 because both are float64.
