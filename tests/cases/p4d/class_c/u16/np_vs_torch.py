import numpy as np
import pandas as pd
import torch

rng = np.random.default_rng(99)
H = 6

P = {
    'W1': rng.normal(size=(H, 1)),
    'b1': rng.normal(size=H),
    'W2': rng.normal(size=(1, H)),
    'b2': rng.normal(size=1),
    'x':  np.array([1.3]),
}
y = np.array([-0.2])


def numpy_side(P, y):
    z = P['W1'] @ P['x'] + P['b1']
    a = np.maximum(0, z)
    r = P['W2'] @ a + P['b2'] + P['x'] - y
    L = .5 * float(r @ r)
    dz = (P['W2'].T @ r) * np.where(z > 0, 1., 0.)
    return L, {'W1': np.outer(dz, P['x']), 'b1': dz, 'W2': np.outer(r, a), 'b2': r,
               'x': r + P['W1'].T @ dz}


def torch_side(P, y):
    T = {k: torch.from_numpy(v.copy()).requires_grad_(True) for k, v in P.items()}
    h = torch.relu(T['W1'] @ T['x'] + T['b1'])
    out = T['W2'] @ h + T['b2'] + T['x']
    L = .5 * ((out - torch.from_numpy(y)) ** 2).sum()
    L.backward()
    return L.item(), {k: t.grad.numpy() for k, t in T.items()}


L_np, G_np = numpy_side(P, y)
L_pt, G_pt = torch_side(P, y)
print('loss  numpy %.12f   torch %.12f' % (L_np, L_pt))

rows = []
for k in P:
    for i, (u, v) in enumerate(zip(G_np[k].ravel(), G_pt[k].ravel())):
        rows.append((f'd{k}[{i}]', u, v, abs(u - v)))
df = pd.DataFrame(rows, columns=['entry', 'analytic (numpy)', 'autograd (torch)', 'abs diff'])
print(df.to_string(index=False))
print('largest difference:', df['abs diff'].max())
