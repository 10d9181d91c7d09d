import sys
import torch

torch.manual_seed(19)
D = torch.float64
h = 5

def make():
    return {
        'W1': torch.randn(h, 1, dtype=D),
        'b1': torch.randn(h, dtype=D),
        'W2': torch.randn(1, h, dtype=D),
        'b2': torch.randn((), dtype=D),
        'x':  torch.randn((), dtype=D),
    }

def loss(p, y):
    a = torch.relu(p['W1'][:, 0] * p['x'] + p['b1'])
    yhat = (p['W2'][0] * a).sum() + p['b2'] + p['x']
    return 0.5 * (yhat - y) ** 2

def formulas(p, y):
    z = p['W1'][:, 0] * p['x'] + p['b1']
    s = (z > 0).to(D)
    e = p['W2'][0] @ (s * z) + p['b2'] + p['x'] - y
    back = p['W2'][0] * s * e
    return {
        'W1': (back * p['x']).unsqueeze(-1),
        'b1': back,
        'W2': (e * s * z).unsqueeze(0),
        'b2': e,
        'x': e + back @ p['W1'][:, 0],
    }

def central_difference(p, y, eps=1e-6):
    out = {}
    for k, v in p.items():
        g = torch.zeros_like(v)
        for i in range(v.numel()):
            keep = v.view(-1)[i].item()
            v.view(-1)[i] = keep + eps
            up = loss(p, y)
            v.view(-1)[i] = keep - eps
            dn = loss(p, y)
            v.view(-1)[i] = keep
            g.view(-1)[i] = (up - dn) / (2 * eps)
        out[k] = g
    return out

p = make()
y = torch.tensor(0.2, dtype=D)
analytic = formulas(p, y)
numeric = central_difference(p, y)

q = {k: v.clone().requires_grad_() for k, v in p.items()}
loss(q, y).backward()

ok = True
print('          |analytic-autograd|   |numeric-autograd|')
for k in p:
    d1 = (analytic[k] - q[k].grad).abs().max().item()
    d2 = (numeric[k] - q[k].grad).abs().max().item()
    ok = ok and d1 < 1e-12 and d2 < 1e-6
    print(f'{k:3s}       {d1:19.3e}   {d2:18.3e}')
print('OK' if ok else 'NOT OK')
sys.exit(0 if ok else 1)
