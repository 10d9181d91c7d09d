import torch
from torch.testing import assert_close

g = torch.Generator().manual_seed(2025)
h = 7

W1, b1, W2, b2, x, y = (torch.randn(s, generator=g) for s in [(h, 1), (h, 1), (1, h), (1, 1), (1, 1), (1, 1)])
leaves = (b2, W2, W1, b1, x)
for t in leaves:
    t.requires_grad_(True)

z1 = torch.addmm(b1, W1, x)
a1 = z1.relu()
yhat = torch.addmm(b2, W2, a1) + x
loss = (yhat - y).pow(2).squeeze()          # no 1/2 in my loss -> factor 2 below

db2, dW2, dW1, db1, dx = torch.autograd.grad(loss, leaves)

# part (b)
with torch.inference_mode():
    d = 2 * (yhat - y)
    s = torch.where(z1 > 0, 1.0, 0.0)
    b = s * (W2.mT * d)
    formulas = (d, d * a1.mT, b * x, b, d * (1 + (W2.mT * s * W1).sum()))

for what, ours, theirs in zip(["b2", "W2", "W1", "b1", "x"], formulas, (db2, dW2, dW1, db1, dx)):
    assert_close(ours, theirs, rtol=1e-5, atol=1e-6, msg=lambda m: f"d{what} WRONG\n{m}")
    print(f"dL/d{what:<2}  ok")
# assert_close did not raise for any of the five -> formulas verified
