# HW 2 problem 4 d
import torch as t

t.manual_seed(88)
H = 4
W1 = t.randn(H, 1).requires_grad_(True)
b1 = t.randn(H, 1).requires_grad_(True)
W2 = t.randn(1, H).requires_grad_(True)
b2 = t.randn(1, 1).requires_grad_(True)
x = t.tensor([[0.62]]).requires_grad_(True)
y = t.tensor([[-0.9]])

z1 = W1.mm(x) + b1
z1.retain_grad()
a1 = z1.relu()
yhat = W2.mm(a1) + b2 + x
yhat.retain_grad()
L = ((yhat - y) ** 2 / 2).sum()
L.backward()

# analytic: delta2 = dL/dyhat, delta1 = dL/dz1
delta2 = (yhat - y).detach()
delta1 = z1.grad
analytic = [
    ('dL/db2', delta2, b2),
    ('dL/dW2', delta2.mm(a1.detach().t()), W2),
    ('dL/dW1', delta1.mm(x.detach().t()), W1),
    ('dL/db1', delta1 * 1.0, b1),
    ('dL/dx', yhat.grad + W1.detach().t().mm(delta1), x),
]
for label, val, leaf in analytic:
    d = (val - leaf.grad).abs().max()
    print('%-7s max diff %.3e %s' % (label, d, 'OK' if d < 1e-6 else 'FAIL'))
# all OK, see formulas in 4b: dW1 = delta1 x^T, db1 = delta1, dx = delta2 + W1^T delta1
