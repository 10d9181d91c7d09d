from itertools import product
import torch

torch.manual_seed(23)
h = 3
leaf = lambda *s: torch.randn(*s, dtype=torch.double).requires_grad_()
W1, b1, W2, b2 = leaf(h, 1), leaf(h), leaf(1, h), leaf(1)

pre   = lambda x: W1[:, 0] * x + b1
model = lambda x: W2[0] @ pre(x).relu() + b2[0] + x
cost  = lambda x, y: (model(x) - y) ** 2 / 2

err   = lambda x, y: model(x) - y
gate  = lambda x: (pre(x) > 0).double()
hand  = {
    'b2': lambda x, y: err(x, y)[None],
    'W2': lambda x, y: err(x, y) * pre(x).relu()[None, :],
    'b1': lambda x, y: err(x, y) * W2[0] * gate(x),
    'W1': lambda x, y: (err(x, y) * W2[0] * gate(x) * x)[:, None],
    'x':  lambda x, y: err(x, y) * (1 + W2[0] * gate(x) @ W1),
}

bad = 0
for xv, yv in product([-2.0, -0.5, 0.3, 1.7], [-1.0, 2.5]):
    x, y = torch.tensor(xv, dtype=torch.double, requires_grad=True), torch.tensor(yv, dtype=torch.double)
    auto = dict(zip(('b2', 'W2', 'b1', 'W1', 'x'), torch.autograd.grad(cost(x, y), (b2, W2, b1, W1, x))))
    with torch.no_grad():
        gaps = {k: g for k in hand if (g := (hand[k](x, y) - auto[k]).abs().max().item()) > 1e-12}
    bad += len(gaps)
    print(f'x={xv:+.1f} y={yv:+.1f} active={int(gate(x).sum())}/{h}', gaps or 'all five agree')
print('mismatches:', bad)
